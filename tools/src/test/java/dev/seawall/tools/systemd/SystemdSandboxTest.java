package dev.seawall.tools.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What each daemon's sandbox refuses and allows, by a program that tries: it runs in a unit that is the
/// daemon's own, word for word, but for what is run and when.
final class SystemdSandboxTest {

    /// What makes a unit a daemon that is watched and restarted.
    private static final String NOT_SANDBOX = "(Type|NotifyAccess|Exec\\w+|Kill\\w+|Timeout\\w+|Watchdog\\w+"
            + "|Restart\\w*|SuccessExitStatus|PartOf|Requires|Wants|After|Before|OnFailure|StartLimit\\w+)=.*";

    @TempDir
    private static Path scratch;
    private static InstalledSeawall seawall;
    private static final Map<String, Map<String, String>> TRIED = new HashMap<>();

    @BeforeAll
    static void boot() throws Exception {
        seawall = InstalledSeawall.boot(scratch);
        seawall.makeCluster();
        seawall.run();
        seawall.box().must("touch", "/tmp/outside");
        for (String daemon : InstalledSeawall.DAEMONS) {
            TRIED.put(daemon, probe(daemon));
        }
    }

    @AfterAll
    static void takeAway() throws Exception {
        seawall.close();
    }

    private static Map<String, String> probe(String daemon) throws Exception {
        String unit = seawall.box().must("cat", "/lib/systemd/system/" + daemon + ".service").lines()
                .filter(line -> !line.matches(NOT_SANDBOX))
                .collect(Collectors.joining("\n"))
                .replace("[Service]", "[Service]\nType=oneshot\nExecStart=/usr/bin/perl /usr/lib/seawall/probe.pl\n"
                        + "StandardOutput=truncate:/run/probe.out\nStandardError=truncate:/run/probe.out");
        seawall.box().write("/run/systemd/system/probe-" + daemon + ".service", unit + "\n");
        seawall.box().must("systemctl", "daemon-reload");
        SystemdBox.Ran ran = seawall.box().run("systemctl", "start", "probe-" + daemon + ".service");
        String out = seawall.box().must("cat", "/run/probe.out");
        assertThat(ran.isDone()).as(out).isTrue();
        return out.lines().collect(Collectors.toMap(line -> line.substring(0, line.indexOf(' ')),
                line -> line.substring(line.indexOf(' ') + 1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"walwriter", "checkpointer", "archiver"})
    void the_machine_is_out_of_reach(String daemon) throws Exception {
        String uid = seawall.box().must("id", "-u", "seawall");
        assertThat(TRIED.get(daemon)).containsEntry("uid", uid)
                .containsEntry("write-etc", "EROFS").containsEntry("write-usr", "EROFS")
                .containsEntry("write-run", "EROFS").containsEntry("write-tmp", "ok")
                .containsEntry("other-tmp", "hidden").containsEntry("first-process", "hidden")
                .containsEntry("devices", "hidden");
        assertThat(TRIED.get(daemon).get("read-home")).isIn("EACCES", "ENOENT");
        assertThat(TRIED.get(daemon).get("list-root")).isEqualTo("EACCES");
    }

    @ParameterizedTest
    @ValueSource(strings = {"walwriter", "checkpointer", "archiver"})
    void calls_that_no_daemon_makes_are_refused(String daemon) {
        assertThat(TRIED.get(daemon)).containsEntry("ptrace", "EPERM").containsEntry("unshare", "EPERM")
                .containsEntry("mount", "EPERM").containsEntry("setpriority", "EPERM").containsEntry("bpf", "EPERM")
                .containsEntry("chroot", "EPERM").containsEntry("setuid", "EPERM")
                .containsEntry("socket-packet", "EAFNOSUPPORT").containsEntry("socket-unix", "ok")
                .containsEntry("CapEff", "0000000000000000").containsEntry("CapBnd", "0000000000000000")
                .containsEntry("NoNewPrivs", "1").containsEntry("Seccomp", "2");
    }

    @Test
    void the_walwriter_writes_the_log_and_not_the_data_files() {
        assertThat(TRIED.get("walwriter")).containsEntry("read-cluster", "ok").containsEntry("write-cluster", "ok")
                .containsEntry("write-wal", "ok").containsEntry("write-control", "ok")
                .containsEntry("write-status", "ok").containsEntry("write-base", "EROFS")
                .containsEntry("write-archive", "EROFS");
    }

    @Test
    void the_checkpointer_writes_the_data_files_and_nothing_else() {
        assertThat(TRIED.get("checkpointer")).containsEntry("read-cluster", "ok")
                .containsEntry("write-cluster", "EROFS").containsEntry("write-wal", "EROFS")
                .containsEntry("write-control", "EROFS").containsEntry("write-status", "EROFS")
                .containsEntry("write-base", "ok").containsEntry("write-archive", "EROFS");
    }

    @Test
    void the_archiver_writes_what_is_archived_and_the_repository() {
        assertThat(TRIED.get("archiver")).containsEntry("read-cluster", "ok")
                .containsEntry("write-cluster", "EROFS").containsEntry("write-wal", "EROFS")
                .containsEntry("write-control", "EROFS").containsEntry("write-status", "ok")
                .containsEntry("write-base", "EROFS").containsEntry("write-archive", "ok");
    }

    @Test
    void the_archiver_alone_reaches_a_network() {
        for (String daemon : new String[] {"walwriter", "checkpointer"}) {
            assertThat(TRIED.get(daemon)).as(daemon).containsEntry("socket-inet", "EAFNOSUPPORT")
                    .containsEntry("interfaces", "lo");
            assertThat(TRIED.get(daemon).get("connect-inet")).as(daemon).isNotEqualTo("ok");
        }
        assertThat(TRIED.get("archiver")).containsEntry("socket-inet", "ok").containsEntry("connect-inet", "ok");
    }
}
