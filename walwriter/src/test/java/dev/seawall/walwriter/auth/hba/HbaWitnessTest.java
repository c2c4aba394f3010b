package dev.seawall.walwriter.auth.hba;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.witness.Certificates;
import dev.seawall.witness.PostgresServer;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A real server's pg_hba_file_rules beside our parser: what both know, both take or refuse, and read
/// alike.
final class HbaWitnessTest {

    /// Lines of which each is one rule, or one mistake.
    private static final List<String> LINES = List.of(
            "local all all trust", "local all all peer", "local \"all\" \"a b\" scram-sha-256",
            "local a,b,\"c d\" x,y reject", "local a, b , c trust", "host all all 127.0.0.1/32 scram-sha-256",
            "host all all ::1/128 scram-sha-256", "host all all 10.0.0.0 255.0.0.0 trust",
            "host all all fe80:: ffc0:: trust", "host sameuser all samehost trust",
            "host replication all samenet trust",
            "host all all all reject", "hostssl all all 0.0.0.0/0 cert", "hostnossl all all ::/0 scram-sha-256",
            "hostssl all all 0.0.0.0/0 cert clientcert=verify-full", "host\tall\tall\t1.2.3.4/0\ttrust # c",
            "host all all \"127.0.0.1/32\" trust", "host all all 127.0.0.1/32 \"trust\"", "\"local\" all all trust",
            "local db#x all trust", "local db\"#\"x all trust", "local \"\"\"q\"\"\" all trust",
            "local all", "local", "local all all", "local all all magic", "hots all all trust", "host all all",
            "host all all 1.2.3.4", "host all all 1.2.3.4/33 trust", "host all all 1.2.3.4/-1 trust",
            "host all all 1.2.3.4/x trust", "host all all ::1/129 trust", "host all all 1.2.3.4 trust trust",
            "host all all 1.2.3.4 ffff:: trust", "host all all 127.0.0.1/32 peer", "host all all 127.0.0.1/32 cert",
            "local all all cert", "local,host all all trust", "local all all trust,peer",
            "host all all 1.2.3.4/8,2.3.4.5/8 trust", "host all all 1.2.3.4 255.0.0.0,255.255.0.0 trust",
            "local all all peer nonsense", "local all all trust nonsense=1", "host all all 1.2.3.4/ trust",
            "host all all 1.2.3.456/8 trust", "host all all example.com/8 trust", "local all \\\n  all \\\n trust",
            "local all all trust # x \\\n y", "local all all \\");

    private static PostgresServer server;

    @BeforeAll
    static void start() throws IOException {
        server = PostgresServer.create();
        Certificates.in(server.data()).server("server");
        server.configure("ssl=on", "ssl_ca_file='ca.crt'").start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /// A rule as the real server's view has it.
    private record Row(String type, String databases, String users, String address, String mask, String method,
            String error) {

        static Row of(String line) {
            String[] columns = line.split("~", -1);
            return new Row(columns[1], columns[2], columns[3], columns[4], columns[5], columns[6], columns[7]);
        }
    }

    @Test
    void the_same_lines_are_rules_and_mean_the_same() {
        List<Integer> numbers = new ArrayList<>();
        int number = 1;
        for (String line : LINES) {
            numbers.add(number);
            number += (int) line.lines().count();
        }
        server.rules(String.join("\n", LINES) + "\n");
        Map<Integer, Row> theirs = new HashMap<>();
        server.sql("select line_number || '~' || coalesce(type, '') "
                + " || '~' || coalesce(array_to_string(database, '|'), '') || '~' ||"
                + " coalesce(array_to_string(user_name, '|'), '') || '~' || coalesce(address, '') || '~'"
                + " || coalesce(netmask, '') || '~' || coalesce(auth_method, '') || '~' || coalesce(error, '')"
                + " from pg_hba_file_rules").lines()
                .forEach(row -> theirs.put(Integer.parseInt(row.split("~")[0]), Row.of(row)));
        int accepted = 0;
        for (int i = 0; i < LINES.size(); i++) {
            Row row = theirs.get(numbers.get(i));
            String line = LINES.get(i);
            assertThat(row).as(line).isNotNull();
            List<HbaRule> ours = parse(line);
            assertThat(ours.isEmpty()).as("%s: refused, as by the server: %s", line, row)
                    .isEqualTo(!row.error().isEmpty());
            if (!ours.isEmpty()) {
                compare(line, ours.getFirst(), row);
                accepted++;
            }
        }
        assertThat(accepted).isBetween(20, LINES.size() - 20);
    }

    private static List<HbaRule> parse(String line) {
        try {
            return HbaParser.parse(line, "hba");
        } catch (HbaException e) {
            return List.of();
        }
    }

    private static void compare(String line, HbaRule ours, Row theirs) {
        assertThat(ours.connection()).as(line).hasToString(theirs.type());
        assertThat(words(ours.databases())).as(line).isEqualTo(theirs.databases());
        assertThat(words(ours.users())).as(line).isEqualTo(theirs.users());
        assertThat(ours.method().word()).as(line).isEqualTo(theirs.method());
        AddressRange expected = switch (theirs.address()) {
            case "" -> null;
            case "all" -> new AddressRange.All();
            case "samehost" -> new AddressRange.SameHost();
            case "samenet" -> new AddressRange.SameNet();
            default -> AddressRange.Network.of(InetAddress.ofLiteral(theirs.address()).getAddress(),
                    InetAddress.ofLiteral(theirs.mask()).getAddress());
        };
        assertThat(ours.address()).as(line).isEqualTo(expected);
    }

    private static String words(List<HbaToken> tokens) {
        return tokens.stream().map(HbaToken::text).collect(Collectors.joining("|"));
    }
}
