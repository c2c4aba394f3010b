package dev.seawall.walwriter.auth.hba;

import dev.seawall.walwriter.auth.hba.HbaRule.Connection;
import dev.seawall.walwriter.auth.hba.HbaRule.Method;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads rules in pg_hba.conf's syntax, and refuses what we do not keep to: a rule that is believed
/// to hold and does not is worse than none.
///
/// ```
/// # TYPE  DATABASE          USER    ADDRESS                  METHOD
/// local   all               all                              peer
/// host    all,replication   "app"   10.0.0.0 255.0.0.0       scram-sha-256
/// hostssl all               all     samenet                  cert
/// ```
final class HbaParser {

    private static final List<String> PASSWORDS = List.of("md5", "password");
    private static final List<String> FOREIGN = List.of(
            "ident", "gss", "sspi", "pam", "bsd", "ldap", "radius");

    private final String file;
    private final List<HbaRule> rules = new ArrayList<>();
    private final List<String> mistakes = new ArrayList<>();

    private HbaParser(String file) {
        this.file = file;
    }

    static List<HbaRule> parse(String text, String file) {
        HbaParser parser = new HbaParser(file);
        parser.lines(text);
        if (!parser.mistakes.isEmpty()) {
            throw new HbaException(parser.mistakes);
        }
        return parser.rules;
    }

    /// A line that ends with a backslash goes on in the next.
    private void lines(String text) {
        List<String> lines = text.lines().toList();
        for (int at = 0; at < lines.size(); at++) {
            int first = at + 1;
            StringBuilder line = new StringBuilder(lines.get(at));
            while (!line.isEmpty() && line.charAt(line.length() - 1) == '\\') {
                line.setLength(line.length() - 1);
                at++;
                if (at < lines.size()) {
                    line.append(lines.get(at));
                }
            }
            String place = file + ", line " + first;
            try {
                List<List<HbaToken>> fields = HbaToken.fields(line.toString());
                if (!fields.isEmpty()) {
                    rules.add(new Line(place, fields).rule());
                }
            } catch (IllegalArgumentException e) {
                mistakes.add(place + ": " + e.getMessage());
            }
        }
    }

    private static IllegalArgumentException mistake(String problem) {
        return new IllegalArgumentException(problem);
    }

    /// The fields of a rule, from the left.
    private static final class Line {

        private final String place;
        private final List<List<HbaToken>> fields;
        private int at;

        Line(String place, List<List<HbaToken>> fields) {
            this.place = place;
            this.fields = fields;
        }

        HbaRule rule() {
            Connection connection = connection(one("connection type"));
            List<HbaToken> databases = names("database");
            for (HbaToken name : databases) {
                if (name.isWord("samerole") || name.isWord("samegroup")) {
                    throw mistake("database \"" + name.text()
                            + "\" is not supported\nHINT: There are no groups of users.");
                }
            }
            List<HbaToken> users = names("user");
            for (HbaToken name : users) {
                if (!name.isQuoted() && name.text().startsWith("+")) {
                    throw mistake("user \"" + name.text() + "\" is not supported"
                            + "\nHINT: There are no groups of users; list their names, separated by commas.");
                }
            }
            AddressRange address = connection == Connection.LOCAL ? null : address();
            Method method = method(one("authentication method").text(), connection);
            options(method);
            return new HbaRule(place, connection, databases, users, address, method);
        }

        private List<HbaToken> next(String what) {
            if (at >= fields.size()) {
                throw mistake("the line ends before its " + what);
            }
            return fields.get(at++);
        }

        private HbaToken one(String what) {
            List<HbaToken> tokens = next(what);
            if (tokens.size() > 1) {
                throw mistake("several values for the " + what + ", one expected");
            }
            return tokens.getFirst();
        }

        private List<HbaToken> names(String what) {
            List<HbaToken> tokens = next(what);
            for (HbaToken name : tokens) {
                if (!name.isQuoted() && name.text().length() > 1 && name.text().startsWith("@")) {
                    throw mistake("names from a file, \"" + name.text() + "\", are not supported"
                            + "\nHINT: List the names here, separated by commas.");
                }
            }
            return tokens;
        }

        private static Connection connection(HbaToken token) {
            return switch (token.text()) {
                case "local" -> Connection.LOCAL;
                case "host" -> Connection.HOST;
                case "hostssl" -> Connection.HOSTSSL;
                case "hostnossl" -> Connection.HOSTNOSSL;
                case "hostgssenc", "hostnogssenc" -> throw mistake("connection type \"" + token.text()
                        + "\" is not supported\nHINT: There is no GSSAPI; use host, hostssl or hostnossl.");
                default -> throw mistake("invalid connection type \"" + token.text()
                        + "\"\nHINT: local, host, hostssl and hostnossl are known.");
            };
        }

        private AddressRange address() {
            HbaToken token = one("address");
            if (token.isWord("all")) {
                return new AddressRange.All();
            }
            if (token.isWord("samehost")) {
                return new AddressRange.SameHost();
            }
            if (token.isWord("samenet")) {
                return new AddressRange.SameNet();
            }
            String text = token.text();
            int slash = text.indexOf('/');
            byte[] network = ip(slash < 0 ? text : text.substring(0, slash));
            if (network == null) {
                throw mistake((slash < 0 ? "host name \"" + text + "\" as an address is not supported"
                        : "invalid IP address in \"" + text + "\"")
                        + "\nHINT: Write an IP address with its mask, as in 10.1.2.0/24, or all, samehost, samenet.");
            }
            byte[] mask = slash < 0 ? mask(text, network)
                    : AddressRange.mask(network.length, bits(text, text.substring(slash + 1), network.length * 8));
            return AddressRange.Network.of(network, mask);
        }

        private byte[] mask(String address, byte[] network) {
            if (at >= fields.size()) {
                throw mistake("the line ends before the network mask of \"" + address + "\""
                        + "\nHINT: Write it behind the address, as in " + address + "/" + network.length * 8 + ".");
            }
            String text = one("network mask").text();
            byte[] mask = ip(text);
            if (mask == null) {
                throw mistake("invalid IP mask \"" + text + "\"");
            }
            if (mask.length != network.length) {
                throw mistake("IP address \"" + address + "\" and mask \"" + text + "\" are of different kinds");
            }
            return mask;
        }

        private static int bits(String address, String text, int most) {
            int bits = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
            if (bits < 0 || bits > most) {
                throw mistake("invalid CIDR mask in address \"" + address + "\", 0 to " + most + " expected");
            }
            return bits;
        }

        private static byte @Nullable [] ip(String text) {
            boolean isIpv6 = text.indexOf(':') >= 0;
            if (!isIpv6 && !text.matches("\\d{1,3}(\\.\\d{1,3}){3}") || isIpv6 && text.indexOf('%') >= 0) {
                return null;
            }
            try {
                InetAddress address = InetAddress.ofLiteral(text);
                // Of the form ::ffff:1.2.3.4, which the JDK takes for the IPv4 address that it holds.
                return isIpv6 && address instanceof Inet4Address ? null : address.getAddress();
            } catch (IllegalArgumentException e) {
                return null;
            }
        }

        private static Method method(String word, Connection connection) {
            for (Method method : Method.values()) {
                if (method.word().equals(word)) {
                    if (method == Method.PEER && connection != Connection.LOCAL) {
                        throw mistake("peer authentication is only supported on local sockets");
                    }
                    if (method == Method.CERT && connection != Connection.HOSTSSL) {
                        throw mistake("cert authentication is only supported on hostssl connections");
                    }
                    return method;
                }
            }
            if (PASSWORDS.contains(word)) {
                throw mistake("authentication method \"" + word + "\" is not supported: it gives passwords away"
                        + "\nHINT: Write scram-sha-256; every client since PostgreSQL 10 knows it.");
            }
            if (FOREIGN.contains(word)) {
                throw mistake("authentication method \"" + word + "\" is not supported" + known());
            }
            throw mistake("invalid authentication method \"" + word + "\"" + known());
        }

        private static String known() {
            List<String> words = new ArrayList<>();
            for (Method method : Method.values()) {
                words.add(method.word());
            }
            return "\nHINT: Known are " + String.join(", ", words) + ".";
        }

        private void options(Method method) {
            for (; at < fields.size(); at++) {
                for (HbaToken option : fields.get(at)) {
                    // It says what cert does anyway.
                    if (method == Method.CERT && option.text().equals("clientcert=verify-full")) {
                        continue;
                    }
                    if (option.text().indexOf('=') < 0) {
                        throw mistake("authentication option not in name=value format: " + option.text());
                    }
                    throw mistake("authentication option \"" + option.text() + "\" is not supported"
                            + (option.text().startsWith("map=")
                                    ? "\nHINT: Users have the names that the system or their certificate gives them."
                                    : ""));
                }
            }
        }
    }
}
