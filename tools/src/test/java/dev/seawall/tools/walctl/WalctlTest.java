package dev.seawall.tools.walctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.embedded.Seawall;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.settings.Settings;
import dev.seawall.tools.Captured;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WalctlTest {

    @TempDir
    Path directory;

    @Test
    void a_new_cluster_is_shut_down_and_has_a_configuration_that_loads() throws IOException {
        init();

        Captured status = walctl("status", "-D", cluster());

        assertThat(status.code()).isZero();
        assertThat(status.out()).contains("State when last written:  shut down").contains("1.0 MB")
                .contains("Open:                     no");
        assertThat(Settings.load(new LinuxDisk(), Path.of(cluster()), Map.of(), Map.of()).entries())
                .allSatisfy(entry -> {
                    if (!Set.of("wal_sync_method", "wal_direct_io").contains(entry.setting().name())) {
                        assertThat(entry.source()).isEqualTo("default");
                    }
                });
    }

    @Test
    void every_line_of_the_configuration_that_init_writes_may_be_uncommented() throws IOException {
        init();
        Path conf = Path.of(cluster()).resolve("seawall.conf");
        String uncommented = Files.readString(conf).replaceAll("(?m)^#([a-z_]+ = )", "$1");
        Files.writeString(conf, uncommented);

        assertThat(Settings.load(new LinuxDisk(), Path.of(cluster()), Map.of(), Map.of()).entries())
                .anySatisfy(entry -> assertThat(entry.source()).contains("seawall.conf, line"));
    }

    @Test
    void a_checkpoint_a_restore_point_a_switch_and_a_backup_are_made() throws IOException {
        init();
        Files.writeString(Path.of(cluster()).resolve("seawall.conf"),
                "archive_mode = on\narchive_repository = '../archive'\n", StandardOpenOption.APPEND);

        assertThat(walctl("checkpoint", "-D", cluster()).out()).startsWith("checkpoint done in ");
        assertThat(walctl("restore-point", "-D", cluster(), "here", "--json").out())
                .matches("\\{\"name\":\"here\",\"lsn\":\"0/[0-9A-F]+\"}\n");
        assertThat(walctl("switch", "-D", cluster()).out()).startsWith("the segment ended at 0/1");
        assertThat(walctl("backup", "-D", cluster(), "--label", "first").out()).startsWith("backup first done in ");
        assertThat(walctl("backups", "-D", cluster()).out()).startsWith("first: timeline 1, ");
        assertThat(walctl("backups", "--repository", directory.resolve("archive").toString(), "--json").out())
                .startsWith("[{\"label\":\"first\",\"timeline\":1,");
        assertThat(walctl("status", "-D", cluster(), "--json").out()).contains("\"waiting_for_archive\":[]");
    }

    @Test
    void the_log_may_be_on_another_disk_by_a_link() throws IOException {
        Path log = directory.resolve("log");

        assertThat(walctl("init", "-D", cluster(), "--waldir", log.toString(), "--wal-segsize", "1MB",
                "--wal-sync-method", "fdatasync").err()).isEmpty();

        assertThat(Path.of(cluster()).resolve("pg_wal").toRealPath()).isEqualTo(log.toRealPath());
        assertThat(walctl("switch", "-D", cluster()).code()).isZero();
        assertThat(log.resolve("000000010000000000000001")).exists();
        assertThat(walctl("status", "-D", cluster()).out()).contains("Log is:  ");
        assertThat(walctl("status", "-D", cluster(), "--json").out()).contains("\"log_shares_file_system\":true");
        String other = directory.resolve("other").toString();
        assertThat(walctl("init", "-D", other, "--waldir", log.toString()).err()).contains("is not empty");
        assertThat(walctl("init", "-D", other, "--waldir", "log").err()).contains("is not an absolute path");
        assertThat(walctl("init", "-D", cluster(), "--waldir", directory.resolve("new").toString()).err())
                .contains("is not empty");
        assertThat(directory.resolve("other")).doesNotExist();
        assertThat(directory.resolve("new")).doesNotExist();
    }

    @Test
    void a_cluster_that_another_has_open_is_in_use() throws IOException {
        init();
        Path home = Path.of(cluster());
        try (Seawall _ = Seawall.open(new LinuxDisk(), new SystemWorld(), home, SeawallOptions.DEFAULT)) {
            Captured refused = walctl("checkpoint", "-D", cluster());

            assertThat(refused.code()).isEqualTo(6);
            assertThat(refused.err()).contains("is in use").contains("HINT: ");
            assertThat(walctl("status", "-D", cluster()).out()).contains("Open:                     yes");
        }
    }

    @Test
    void an_occupied_directory_is_not_made_a_cluster() throws IOException {
        Files.writeString(Files.createDirectories(Path.of(cluster())).resolve("precious"), "x");

        Captured refused = walctl("init", "-D", cluster());

        assertThat(refused.code()).isEqualTo(5);
        assertThat(refused.err()).contains("is not empty");
    }

    @Test
    void wrong_usage_is_told_with_a_hint_and_code_2() throws IOException {
        init();

        assertThat(walctl().code()).isEqualTo(2);
        assertThat(walctl("chekpoint").err()).contains("Did you mean: walctl checkpoint");
        assertThat(walctl("status").err()).contains("no cluster is named").contains("SEAWALL_DATA_DIRECTORY");
        assertThat(walctl("init", "-D", cluster() + "2", "--wal-segsize", "3MB").code()).isEqualTo(2);
        assertThat(walctl("restore-point", "-D", cluster(), "x".repeat(64)).code()).isEqualTo(2);
        assertThat(walctl("backup", "-D", cluster()).err()).contains("archive_mode is off").contains("HINT: ");
        assertThat(walctl("checkpoint", "-D", cluster(), "-c", "wal_bufers=1MB").err())
                .contains("Did you mean wal_buffers?");
    }

    @Test
    void what_is_no_cluster_is_not_found() {
        assertThat(walctl("status", "-D", cluster()).code()).isEqualTo(1);
        assertThat(walctl("checkpoint", "-D", cluster()).err()).contains("is not a cluster's directory");
    }

    @Test
    void a_setting_is_shown_with_its_source_or_alone() throws IOException {
        init();

        assertThat(walctl("settings", "-D", cluster(), "-c", "wal_buffers=64MB").out())
                .containsPattern("wal_buffers +64MB .*\\[command line]");
        assertThat(walctl("settings", "-D", cluster(), "max_wal_size").out()).isEqualTo("1GB\n");
        assertThat(walctl("settings", "-D", cluster(), "none").code()).isEqualTo(1);
    }

    @Test
    void help_teaches_every_exit_code() {
        Captured help = walctl("backup", "--help");

        assertThat(help.code()).isZero();
        assertThat(help.out()).contains("Exit codes:").contains("  78 ").contains("--label");
    }

    @Test
    void a_new_clusters_configuration_says_which_way_was_the_fastest_and_what_each_took() throws IOException {
        Captured made = walctl("init", "-D", cluster(), "--wal-segsize", "1MB");

        assertThat(made.code()).as(made.err()).isZero();
        assertThat(made.out()).contains("its log is made durable by ");
        String conf = Files.readString(Path.of(cluster()).resolve("seawall.conf"));
        assertThat(conf).containsPattern("#   open_datasync, \\S+ +\\d+ +\\d+\n")
                .containsPattern("(?m)^wal_sync_method = \\w+ ").containsPattern("(?m)^wal_direct_io = (on|off) ");
        assertThat(walctl("settings", "-D", cluster(), "wal_sync_method").code()).isZero();
    }

    @Test
    void who_names_a_method_has_it_in_the_configuration_without_measuring() throws IOException {
        assertThat(walctl("init", "-D", cluster(), "--wal-sync-method", "FSYNC", "-c", "wal_direct_io=off").code())
                .isZero();

        assertThat(Files.readString(Path.of(cluster()).resolve("seawall.conf")))
                .contains("# As walctl init was told.\nwal_sync_method = fsync ").contains("\nwal_direct_io = off ")
                .doesNotContain("walctl init tried");
        assertThat(walctl("init", "-D", cluster() + "2", "--wal-sync-method", "sometimes").err())
                .contains("Give one of fdatasync, fsync, open_datasync, open_sync. Or auto.");
    }

    private String cluster() {
        return directory.resolve("cluster").toString();
    }

    private void init() {
        Captured made = walctl("init", "-D", cluster(), "--wal-segsize", "1MB", "--wal-sync-method", "open_datasync");
        assertThat(made.code()).as(made.err()).isZero();
    }

    private static Captured walctl(String... arguments) {
        return Captured.run(new Walctl(), arguments);
    }
}
