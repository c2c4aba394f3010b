package dev.seawall.walwriter.auth.hba;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A line of the rules: which connections it is for, and how they prove who they are.
///
/// @param place   file and line, for the log
/// @param address null in a rule for Unix sockets
public record HbaRule(String place, Connection connection, List<HbaToken> databases, List<HbaToken> users,
        @Nullable AddressRange address, Method method) {

    /// A rule's first word.
    public enum Connection {
        LOCAL, HOST, HOSTSSL, HOSTNOSSL;

        boolean matches(Origin origin) {
            return switch (origin) {
                case Origin.UnixSocket _ -> this == LOCAL;
                case Origin.Tcp tcp -> switch (this) {
                    case LOCAL -> false;
                    case HOST -> true;
                    case HOSTSSL -> tcp.isTls();
                    case HOSTNOSSL -> !tcp.isTls();
                };
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// How a client proves who it is.
    public enum Method {
        TRUST("trust"), REJECT("reject"), PEER("peer"), SCRAM("scram-sha-256"), CERT("cert");

        private final String word;

        Method(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    boolean matches(Origin origin, LoginRequest request) {
        return connection.matches(origin)
                && (!(origin instanceof Origin.Tcp tcp) || address != null && address.contains(tcp.address()))
                && databases.stream().anyMatch(token -> matchesDatabase(token, request))
                && users.stream().anyMatch(token -> token.isWord("all") || token.text().equals(request.user()));
    }

    /// Streams of physical replication are no database's: neither `all` nor a name means them.
    private static boolean matchesDatabase(HbaToken token, LoginRequest request) {
        if (request.isPhysical()) {
            return token.isWord("replication");
        }
        return token.isWord("all")
                || token.isWord("sameuser") && request.database().equals(request.user())
                || !token.isWord("replication") && !token.isWord("sameuser")
                        && token.text().equals(request.database());
    }
}
