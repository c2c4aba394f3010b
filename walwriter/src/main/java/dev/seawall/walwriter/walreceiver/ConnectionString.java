package dev.seawall.walwriter.walreceiver;

import dev.seawall.wal.disk.Disk;
import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.tls.ClientTls;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where to connect and as whom, as libpq's connection strings say it: `host=db1 user=u`, or
/// `postgresql://u@db1:5432/`. Several hosts are tried in order.
///
/// Unlike libpq it needs a host, and takes nothing from the environment. Options that only tune are
/// accepted and mean nothing; what cannot be honoured is refused.
public final class ConnectionString {

    private static final String REPLICATION_DATABASE = "replication";
    private static final String USUAL_PORT = "5432";
    private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(30);
    /// What libpq makes of a timeout of one second.
    private static final int LEAST_SECONDS = 2;

    private final Map<String, String> options;

    private ConnectionString(Map<String, String> options) {
        this.options = options;
    }

    /// @throws IllegalArgumentException if it is not well-formed, or an option is unknown, out of range or not
    ///         supported; the message shows no password
    public static ConnectionString parse(String text) {
        ConnectionString parsed = new ConnectionString(new LinkedHashMap<>(ConnectionText.parse(text)));
        parsed.options.forEach(ConnectionOption::check);
        parsed.addresses();
        parsed.timeout();
        parsed.sslMode();
        return parsed;
    }

    /// This one, with an application's name if it has none.
    public ConnectionString orApplicationName(String name) {
        Map<String, String> more = new LinkedHashMap<>(options);
        more.putIfAbsent("fallback_application_name", name);
        return new ConnectionString(more);
    }

    /// What an option was set to, or empty.
    public String option(String name) {
        return options.getOrDefault(name, "");
    }

    private String option(String name, String otherwise) {
        String value = option(name);
        return value.isEmpty() ? otherwise : value;
    }

    public String applicationName() {
        return option("application_name", option("fallback_application_name", "seawall"));
    }

    /// The servers in order, with the password out of the string or of the password file, and the
    /// certificates.
    ///
    /// @throws IOException if a file that is named cannot be read
    public List<Endpoint> endpoints(Disk disk, Login.Replication replication) throws IOException {
        String user = option("user", System.getProperty("user.name"));
        String database = replication == Login.Replication.PHYSICAL ? REPLICATION_DATABASE : option("dbname", user);
        PasswordFile passwords = PasswordFile.read(disk, Path.of(option("passfile",
                System.getProperty("user.home") + "/.pgpass")));
        List<@Nullable ClientTls> encryptions = encryptions(disk);
        List<Endpoint> endpoints = new ArrayList<>();
        for (Address address : addresses()) {
            String password = option("password");
            Login login = new Login(user, database, applicationName(), replication,
                    password.isEmpty() ? passwords.find(address, database, user) : password, null, timeout());
            List<Login> ways = new ArrayList<>();
            for (ClientTls tls : encryptions) {
                if (ways.isEmpty() || address instanceof Address.Host) {
                    ways.add(login.withTls(tls));
                }
            }
            endpoints.add(new Endpoint(address, ways));
        }
        return endpoints;
    }

    private List<Address> addresses() {
        String named = option("hostaddr", option("host"));
        if (named.isEmpty()) {
            throw new IllegalArgumentException("the connection string names no host\nHINT: Add host=, with a name, an"
                    + " address, or the directory of a Unix socket.");
        }
        String[] hosts = named.split(",", -1);
        String[] ports = option("port", USUAL_PORT).split(",", -1);
        if (ports.length != 1 && ports.length != hosts.length) {
            throw new IllegalArgumentException(
                    "could not match " + ports.length + " port numbers to " + hosts.length + " hosts");
        }
        List<Address> addresses = new ArrayList<>();
        for (int i = 0; i < hosts.length; i++) {
            String host = hosts[i].strip();
            if (host.isEmpty()) {
                throw new IllegalArgumentException("a host in the connection string is empty");
            }
            int port = port(ports[ports.length == 1 ? 0 : i].strip());
            addresses.add(host.startsWith("/") ? Address.in(Path.of(host), port) : new Address.Host(host, port));
        }
        return addresses;
    }

    private static int port(String text) {
        String digits = text.isEmpty() ? USUAL_PORT : text;
        int port = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : 0;
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("invalid port number: \"" + text + "\"");
        }
        return port;
    }

    private Duration timeout() {
        String text = option("connect_timeout", "0");
        if (!text.strip().matches("-?[0-9]{1,9}")) {
            throw new IllegalArgumentException(
                    "invalid integer value \"" + text + "\" for connection option \"connect_timeout\"");
        }
        int seconds = Integer.parseInt(text.strip());
        return seconds <= 0 ? USUAL_TIMEOUT : Duration.ofSeconds(Math.max(seconds, LEAST_SECONDS));
    }

    private String sslMode() {
        String mode = option("sslmode", "prefer");
        return switch (mode) {
            case "disable", "allow", "prefer", "require", "verify-ca", "verify-full" -> mode;
            default -> throw new IllegalArgumentException("invalid sslmode value: \"" + mode + "\"");
        };
    }

    /// The ways to encrypt, in the order to try them; null: not at all.
    private List<@Nullable ClientTls> encryptions(Disk disk) throws IOException {
        Path certificate = option("sslcert").isEmpty() ? null : Path.of(option("sslcert"));
        Path key = option("sslkey").isEmpty() ? null : Path.of(option("sslkey"));
        if ((certificate == null) != (key == null)) {
            throw new IOException("sslcert and sslkey must be set both or neither");
        }
        List<@Nullable ClientTls> ways = new ArrayList<>();
        switch (sslMode()) {
            case "disable" -> ways.add(null);
            case "allow" -> {
                ways.add(null);
                ways.add(ClientTls.require(disk, certificate, key));
            }
            case "prefer" -> {
                ways.add(ClientTls.require(disk, certificate, key));
                ways.add(null);
            }
            // As libpq: who names authorities wants them asked.
            case "require" -> ways.add(option("sslrootcert").isEmpty() ? ClientTls.require(disk, certificate, key)
                    : ClientTls.verifyCa(disk, authorities(), certificate, key));
            case "verify-ca" -> ways.add(ClientTls.verifyCa(disk, authorities(), certificate, key));
            default -> ways.add(ClientTls.verifyFull(disk, authorities(), certificate, key));
        }
        return ways;
    }

    private Path authorities() {
        return Path.of(option("sslrootcert", System.getProperty("user.home") + "/.postgresql/root.crt"));
    }

    /// Without the password.
    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        options.forEach((name, value) -> {
            if (!name.equals("password")) {
                words.add(name + "=" + (value.matches("[^\\s'\\\\]+") ? value
                        : "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"));
            }
        });
        return String.join(" ", words);
    }
}
