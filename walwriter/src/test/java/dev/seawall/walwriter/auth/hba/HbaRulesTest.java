package dev.seawall.walwriter.auth.hba;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.walwriter.auth.hba.HbaRule.Method;
import dev.seawall.walwriter.auth.hba.LoginRequest.Replication;
import dev.seawall.walwriter.wire.SqlException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HbaRulesTest {

    private static final LoginRequest ANN = new LoginRequest("ann", "db", Replication.NONE);
    private static final LoginRequest STREAM = new LoginRequest("ann", "replication", Replication.PHYSICAL);
    private static final Origin LOCAL = new Origin.UnixSocket("ann");

    private static Origin tcp(String address) {
        return new Origin.Tcp(InetAddress.ofLiteral(address), false, null);
    }

    private static Origin tls(String address) {
        return new Origin.Tcp(InetAddress.ofLiteral(address), true, null);
    }

    private static Method method(String rules, Origin origin, LoginRequest request) {
        return HbaRules.parse(rules, "hba").match(origin, request).method();
    }

    private static boolean matches(String rule, Origin origin, LoginRequest request) {
        try {
            HbaRules.parse(rule, "hba").match(origin, request);
            return true;
        } catch (SqlException e) {
            return false;
        }
    }

    @Test
    void the_first_rule_that_matches_decides() {
        String rules = """
                host db ann 10.0.0.0/8 reject
                host all all 10.0.0.0/8 trust
                host all all all scram-sha-256
                """;
        assertThat(method(rules, tcp("10.1.2.3"), ANN)).isEqualTo(Method.REJECT);
        assertThat(method(rules, tcp("10.1.2.3"), new LoginRequest("bob", "db", Replication.NONE)))
                .isEqualTo(Method.TRUST);
        assertThat(method(rules, tcp("11.1.2.3"), ANN)).isEqualTo(Method.SCRAM);
    }

    @Test
    void without_a_file_only_this_machine_gets_in() {
        HbaRules rules = HbaRules.defaults();
        assertThat(rules.match(LOCAL, ANN).method()).isEqualTo(Method.PEER);
        assertThat(rules.match(LOCAL, STREAM).method()).isEqualTo(Method.PEER);
        assertThat(rules.match(tcp("127.0.0.1"), ANN).method()).isEqualTo(Method.SCRAM);
        assertThat(rules.match(tls("::1"), STREAM).method()).isEqualTo(Method.SCRAM);
        assertThatThrownBy(() -> rules.match(tcp("10.0.0.1"), ANN)).isInstanceOf(SqlException.class);
    }

    @Test
    void a_refusal_has_postgresqls_words() {
        HbaRules none = HbaRules.parse("", "hba");
        assertThatThrownBy(() -> none.match(tcp("127.0.0.1"), ANN)).isInstanceOfSatisfying(SqlException.class,
                e -> assertThat(e.state().code()).isEqualTo("28000")).hasMessage("no pg_hba.conf entry for host "
                        + "\"127.0.0.1\", user \"ann\", database \"db\", no encryption");
        assertThatThrownBy(() -> none.match(LOCAL, ANN)).hasMessage("no pg_hba.conf entry for host "
                        + "\"[local]\", user \"ann\", database \"db\", no encryption");
        assertThatThrownBy(() -> none.match(tls("127.0.0.1"), STREAM)).hasMessage("no pg_hba.conf entry for "
                        + "replication connection from host \"127.0.0.1\", user \"ann\", SSL encryption");
        assertThat(HbaRules.rejected(tls("::1"), ANN)).hasMessage("pg_hba.conf rejects connection for host "
                        + "\"::1\", user \"ann\", database \"db\", SSL encryption");
        assertThat(tls("2001:db8:0:0:1::2").host()).isEqualTo("2001:db8::1:0:0:2");
        assertThat(tls("1:0:3:4:5:6:7:8").host()).isEqualTo("1:0:3:4:5:6:7:8");
        assertThat(tls("::").host()).isEqualTo("::");
        assertThat(tls("fe80::1:0").host()).isEqualTo("fe80::1:0");
        assertThat(HbaRules.rejected(LOCAL, STREAM)).hasMessage("pg_hba.conf rejects replication connection for host "
                        + "\"[local]\", user \"ann\", no encryption");
    }

    @Test
    void connection_types_tell_sockets_and_encryption_apart() {
        for (String type : new String[] {"local", "host", "hostssl", "hostnossl"}) {
            String rule = type + " all all " + (type.equals("local") ? "" : "all ") + "trust";
            assertThat(matches(rule, LOCAL, ANN)).as(type).isEqualTo(type.equals("local"));
            assertThat(matches(rule, tcp("1.2.3.4"), ANN)).as(type)
                    .isEqualTo(type.equals("host") || type.equals("hostnossl"));
            assertThat(matches(rule, tls("1.2.3.4"), ANN)).as(type)
                    .isEqualTo(type.equals("host") || type.equals("hostssl"));
        }
    }

    @Test
    void streams_are_matched_by_replication_alone_and_nothing_else_is() {
        assertThat(matches("local all all trust", LOCAL, STREAM)).isFalse();
        assertThat(matches("local replication all trust", LOCAL, STREAM)).isTrue();
        assertThat(matches("local replication all trust", LOCAL,
                new LoginRequest("ann", "replication", Replication.NONE))).isFalse();
        assertThat(matches("local \"replication\" all trust", LOCAL,
                new LoginRequest("ann", "replication", Replication.NONE))).isTrue();
        assertThat(matches("local \"replication\" all trust", LOCAL, STREAM)).isFalse();
        assertThat(matches("local all all trust", LOCAL, new LoginRequest("ann", "db", Replication.DATABASE))).isTrue();
        assertThat(matches("local replication all trust", LOCAL,
                new LoginRequest("ann", "db", Replication.DATABASE))).isFalse();
    }

    @Test
    void names_come_in_lists_and_quotes_make_a_keyword_a_name() {
        assertThat(matches("local x,db,y bob,ann trust", LOCAL, ANN)).isTrue();
        assertThat(matches("local x, db, y bob,\tann trust", LOCAL, ANN)).isTrue();
        assertThat(matches("local x,y all trust", LOCAL, ANN)).isFalse();
        assertThat(matches("local \"all\" all trust", LOCAL, ANN)).isFalse();
        assertThat(matches("local all \"all\" trust", LOCAL, ANN)).isFalse();
        assertThat(matches("local \"d,b \"\"x\" all trust", LOCAL, new LoginRequest("a", "d,b \"x", Replication.NONE)))
                .isTrue();
        assertThat(matches("local sameuser all trust", LOCAL, ANN)).isFalse();
        assertThat(matches("local sameuser all trust", LOCAL, new LoginRequest("a", "a", Replication.NONE))).isTrue();
        assertThat(matches("local DB all trust", LOCAL, ANN)).as("names are not folded").isFalse();
    }

    @ParameterizedTest
    @CsvSource({"10.1.2.0/24,10.1.2.255,true", "10.1.2.0/24,10.1.3.0,false", "10.1.2.0/23,10.1.3.0,true",
        "0.0.0.0/0,1.2.3.4,true", "0.0.0.0/0,::1,false", "::/0,::1,true", "::/0,1.2.3.4,false",
        "10.1.2.3/32,10.1.2.3,true", "10.1.2.3/32,10.1.2.2,false", "10.1.2.9/25,10.1.2.100,true",
        "10.0.0.0 255.0.255.0,10.9.0.9,true", "10.0.0.0 255.0.255.0,10.9.1.9,false",
        "fe80::/10,febf::1,true", "fe80::/10,fec0::1,false", "2001:db8::1 ffff:ffff::,2001:db8:5::,true",
        "samehost,127.0.0.1,true", "samehost,127.0.0.2,false", "samenet,127.0.0.2,true", "samenet,233.252.0.1,false",
        "all,192.0.2.1,true"})
    void addresses_match_under_their_mask(String range, String address, boolean isMatch) {
        assertThat(matches("host all all " + range + " trust", tcp(address), ANN)).isEqualTo(isMatch);
    }

    @Test
    void comments_empty_lines_and_continued_lines_are_read() {
        String rules = """
                # nobody else # said twice

                   \t
                local all \\
                  ann \\
                    trust # the rest \\
                  all of it a comment
                local all "#bob" reject#here
                """;
        HbaRules read = HbaRules.parse(rules, "hba");
        assertThat(read.size()).isEqualTo(2);
        assertThat(read.match(LOCAL, ANN).place()).isEqualTo("hba, line 4");
        assertThat(read.match(LOCAL, new LoginRequest("#bob", "x", Replication.NONE)).method())
                .isEqualTo(Method.REJECT);
    }

    @Test
    void all_mistakes_are_told_at_once_with_file_and_line() {
        assertThatThrownBy(() -> HbaRules.parse("local all all md5\nlocal all all peer\nhots all all trust\n",
                "/etc/hba"))
                .isInstanceOf(HbaException.class)
                .hasMessage("""
                        /etc/hba, line 1: authentication method "md5" is not supported: it gives passwords away
                        HINT: Write scram-sha-256; every client since PostgreSQL 10 knows it.
                        /etc/hba, line 3: invalid connection type "hots"
                        HINT: local, host, hostssl and hostnossl are known.""");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "local | the line ends before its database", "local all | the line ends before its user",
        "local all all | the line ends before its authentication method",
        "host all all | the line ends before its address",
        "host all all 1.2.3.4 | the line ends before the network mask",
        "host all all 1.2.3.4 trust | invalid IP mask \"trust\"",
        "host all all 1.2.3.4/33 trust | invalid CIDR mask", "host all all ::/129 trust | invalid CIDR mask",
        "host all all 1.2.3.4/ trust | invalid CIDR mask", "host all all 1.2.3.4/-1 trust | invalid CIDR mask",
        "host all all 1.2.3/8 trust | invalid IP address", "host all all 1.2.3.456/8 trust | invalid IP address",
        "host all all 1.2.3.4 ffff:: trust | of different kinds", "host all all example.com trust | host name",
        "host all all .example.com trust | host name", "host all all 1.2.3.4/8,2.3.4.5/8 trust | several values",
        "local,host all all trust | several values", "local all all trust,peer | several values",
        "host all all all peer | only supported on local sockets", "host all all all cert | only supported on hostssl",
        "local all all cert | only supported on hostssl", "local all +admins trust | groups",
        "local samerole all trust | groups",
        "local @file all trust | names from a file", "local all all peer map=x | map=x",
        "local all all peer x | not in name=value",
        "local all all ldap | not supported", "local all all magic | invalid authentication method",
        "hostgssenc all all all trust | not supported", "local \"all all trust | a quote is not closed",
        "host all all \"all\" trust | host name", "hostssl all all all trust clientcert=verify-full | not supported",
    })
    void what_would_not_hold_is_refused(String line, String reason) {
        assertThatThrownBy(() -> HbaRules.parse(line, "hba")).isInstanceOf(HbaException.class)
                .hasMessageStartingWith("hba, line 1: ").hasMessageContaining(reason.strip());
    }

    @Test
    void random_text_is_rules_or_refused_and_nothing_worse() {
        long seed = 1;
        Random random = new Random(seed);
        String[] words = {"local", "host", "all", "\"", "\\\n", "\n", "#", ",", " ", "1.2.3.4", "/", "8", "::1",
                "trust",
            "peer", "+", "@", "cert", "\t", "\0", "ä", "=", "replication", "255.0.0.0", "hostssl"};
        int accepted = 0;
        for (int run = 0; run < 20_000; run++) {
            StringBuilder text = new StringBuilder();
            if (random.nextInt(10) == 0) {
                byte[] bytes = new byte[random.nextInt(200)];
                random.nextBytes(bytes);
                text.append(new String(bytes, StandardCharsets.ISO_8859_1));
            }
            for (int word = random.nextInt(12); word > 0; word--) {
                text.append(words[random.nextInt(words.length)]).append(random.nextInt(3) == 0 ? "" : " ");
            }
            try {
                HbaRules.parse(text.toString(), "hba");
                accepted++;
            } catch (HbaException e) {
                assertThat(e).as("seed %d run %d: %s", seed, run, text).hasMessageStartingWith("hba, line ");
            }
        }
        assertThat(accepted).isBetween(100, 19_000);
    }
}
