package dev.seawall.tools.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// What `systemd/install` leaves, and the first steps of an administrator, under a real systemd.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class SystemdInstallTest {

    private static final double MOST_EXPOSED = 2.1;
    private static final List<String> UNITS = List.of("walwriter.service", "checkpointer.service", "archiver.service",
            "seawall-init.service", "seawall-failure@walwriter.service", "walwriter.socket", "seawall.target");

    @TempDir
    private static Path scratch;
    private static InstalledSeawall seawall;

    @BeforeAll
    static void boot() throws Exception {
        seawall = InstalledSeawall.boot(scratch);
    }

    @AfterAll
    static void takeAway() throws Exception {
        seawall.close();
    }

    @Test
    @Order(1)
    void systemd_analyze_has_nothing_to_say_about_the_units() throws Exception {
        List<String> command = new ArrayList<>(List.of("systemd-analyze", "verify"));
        command.addAll(UNITS);
        SystemdBox.Ran verified = seawall.box().run(command.toArray(String[]::new));

        assertThat(verified.out()).isEmpty();
        assertThat(verified.code()).isZero();
    }

    @Test
    @Order(1)
    void no_service_is_more_exposed_than_2_1() throws Exception {
        for (String unit : UNITS) {
            if (unit.endsWith(".service")) {
                String report = seawall.box().run("systemd-analyze", "security", "--no-pager", unit).out();
                Matcher level = Pattern.compile("Overall exposure level for .*: ([0-9.]+)").matcher(report);
                assertThat(level.find()).as(report).isTrue();
                assertThat(Double.parseDouble(level.group(1))).as(report).isLessThanOrEqualTo(MOST_EXPOSED);
            }
        }
    }

    @Test
    @Order(1)
    void the_owner_and_the_directories_are_there() throws Exception {
        assertThat(seawall.box().must("getent", "passwd", "seawall")).endsWith(":/var/lib/seawall:/usr/sbin/nologin");
        assertThat(seawall.box().must("stat", "-c", "%U:%G %a %n", "/run/seawall", "/var/lib/seawall",
                "/var/lib/seawall/archive").lines()).containsExactly("seawall:seawall 755 /run/seawall",
                "seawall:seawall 700 /var/lib/seawall", "seawall:seawall 700 /var/lib/seawall/archive");
    }

    @Test
    @Order(2)
    void without_a_cluster_nothing_starts_and_nothing_is_made() throws Exception {
        seawall.box().run("systemctl", "start", "seawall.target");

        for (String daemon : InstalledSeawall.DAEMONS) {
            assertThat(seawall.property(daemon, "ActiveState")).as(daemon).isNotEqualTo("active");
            assertThat(seawall.property(daemon, "AssertResult")).as(daemon).isEqualTo("no");
        }
        assertThat(seawall.box().property("walwriter.socket", "ActiveState")).isNotEqualTo("active");
        assertThat(seawall.box().run("ls", "/var/lib/seawall").out().strip()).isEqualTo("archive");
    }

    @Test
    @Order(3)
    void init_makes_a_cluster_that_is_the_owners() throws Exception {
        seawall.makeCluster();

        assertThat(seawall.clusterState()).isEqualTo("shut down");
        assertThat(seawall.box().must("find", InstalledSeawall.CLUSTER, "!", "-user", "seawall")).isEmpty();
        assertThat(seawall.box().must("find", InstalledSeawall.CLUSTER, "-perm", "/077")).isEmpty();
    }

    @Test
    @Order(4)
    void a_second_init_leaves_the_cluster_alone() throws Exception {
        String before = seawall.box().must("sha256sum", InstalledSeawall.CLUSTER + "/global/pg_control");

        seawall.makeCluster();

        assertThat(seawall.box().property("seawall-init.service", "ConditionResult")).isEqualTo("no");
        assertThat(seawall.box().must("sha256sum", InstalledSeawall.CLUSTER + "/global/pg_control"))
                .isEqualTo(before);
    }
}
