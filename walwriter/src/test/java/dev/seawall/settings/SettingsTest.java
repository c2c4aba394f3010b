package dev.seawall.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.disk.LinuxDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsTest {

    @TempDir
    Path directory;

    @Test
    void without_a_file_everything_has_its_default() throws IOException {
        Settings settings = load();

        assertThat(settings.get(WalSettings.WAL_BUFFERS)).isEqualTo(16 << 20);
        assertThat(settings.entries()).hasSameSizeAs(SettingCatalog.ALL)
                .allSatisfy(entry -> assertThat(entry.source()).isEqualTo("default"));
    }

    @Test
    void the_file_is_under_the_environment_and_that_under_the_command_line() throws IOException {
        write("wal_buffers = 1MB\nmax_wal_size = 2GB\nwal_keep_size = 1MB\n");

        Settings settings = Settings.load(new LinuxDisk(), directory,
                Map.of("SEAWALL_WAL_BUFFERS", "2MB", "SEAWALL_MAX_WAL_SIZE", "3GB", "PATH", "/bin"),
                Map.of("wal_buffers", "4MB"));

        assertThat(settings.get(WalSettings.WAL_BUFFERS)).isEqualTo(4 << 20);
        assertThat(settings.entry(WalSettings.WAL_BUFFERS).source()).isEqualTo("command line");
        assertThat(settings.get(CheckpointSettings.MAX_WAL_SIZE)).isEqualTo(3L << 30);
        assertThat(settings.entry(CheckpointSettings.MAX_WAL_SIZE).source()).isEqualTo("environment");
        assertThat(settings.entry(WalSettings.WAL_KEEP_SIZE).source()).endsWith("seawall.conf, line 3");
    }

    @Test
    void what_programs_write_beside_the_file_is_over_it() throws IOException {
        write("wal_buffers = 1MB\nunix_socket_directories = '/run'\n");
        Files.writeString(directory.resolve("postgresql.auto.conf"), "unix_socket_directories = 'it''s'\n");

        Settings settings = load();

        assertThat(settings.get(WalSettings.WAL_BUFFERS)).isEqualTo(1 << 20);
        assertThat(settings.get(ServerSettings.UNIX_SOCKET_DIRECTORIES)).isEqualTo("it's");
        assertThat(settings.entry(ServerSettings.UNIX_SOCKET_DIRECTORIES).source())
                .endsWith("postgresql.auto.conf, line 1");
    }

    @Test
    void the_last_line_that_names_a_setting_wins() throws IOException {
        write("wal_buffers = 1MB\nWAL_Buffers = 2MB\n");

        assertThat(load().get(WalSettings.WAL_BUFFERS)).isEqualTo(2 << 20);
    }

    @Test
    void quotes_comments_and_missing_equals_signs_are_postgresqls() throws IOException {
        write("""
                # a comment
                  archive_repository = 'it''s # noon'   # another
                wal_buffers 1MB#glued
                archive_timeout='1 min'

                accept_log_loss_at = ''
                """);

        Settings settings = load();

        assertThat(settings.get(ArchiveSettings.ARCHIVE_REPOSITORY)).isEqualTo("it's # noon");
        assertThat(settings.get(WalSettings.WAL_BUFFERS)).isEqualTo(1 << 20);
        assertThat(settings.get(ArchiveSettings.ARCHIVE_TIMEOUT)).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings.get(RecoverySettings.ACCEPT_LOG_LOSS_AT)).isEmpty();
    }

    @Test
    void an_included_file_counts_where_the_include_stands() throws IOException {
        Files.createDirectory(directory.resolve("conf.d"));
        Files.writeString(directory.resolve("conf.d/more.conf"), "include 'deep.conf'\nwal_buffers = 2MB\n");
        Files.writeString(directory.resolve("conf.d/deep.conf"), "wal_keep_size = 5MB\n");
        write("wal_buffers = 1MB\ninclude 'conf.d/more.conf'\ninclude_if_exists 'none.conf'\n");

        Settings settings = load();

        assertThat(settings.get(WalSettings.WAL_BUFFERS)).isEqualTo(2 << 20);
        assertThat(settings.get(WalSettings.WAL_KEEP_SIZE)).isEqualTo(5 << 20);
        assertThat(settings.entry(WalSettings.WAL_BUFFERS).source()).endsWith("conf.d/more.conf, line 2");
    }

    /// One row a mistake: the line, what the message must say, what its hint must say.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            wal_bufers = 1MB                 | there is no setting "wal_bufers"        | Did you mean wal_buffers?
            quite_something_else = 1         | there is no setting                     | walctl settings lists
            wal_buffers = 1QB                | has the unknown unit "QB"               | B, kB, MB, GB, TB
            wal_buffers = 1mb                | has the unknown unit "mb"               | upper and lower case matter
            wal_buffers = lots               | "lots" is not an amount                 | B, kB, MB, GB, TB
            wal_buffers = 1kB                | "1kB" is out of range                 | from 64kB to 1GB
            wal_buffers = 3MB                | wal_buffers 3MB is not a power of two   | 1MB, 2MB, 4MB
            checkpoint_timeout = 1h30        | is not an amount                        | us, ms, s, min, h, d
            checkpoint_timeout = 2d          | "2d" is out of range                    | from 1s to 1d
            checkpoint_timeout = 16MB        | has the unknown unit "MB"               | us, ms, s, min, h, d
            checkpoint_completion_target = 2 | "2" is out of range                     | from 0.0 to 1.0
            checkpoint_completion_target = x | "x" is not a number                     | from 0.0 to 1.0
            archive_compression_level = 1.5  | is not a whole number                   | from 1 to 19
            wal_sync_method = auto           | "auto" is none of its values            | fdatasync, fsync, open_datasync
            wal_init_zero = maybe            | "maybe" is neither on nor off           | on or off
            wal_buffers =                    | a value is missing                      | remove the line
            wal_buffers = 16 MB              | unexpected "MB" after the value         | into quotes
            archive_repository = 'open       | a quote is not closed                   | Write '' for a quote
            = 3                              | expected the name of a setting          | name = value
            include 'none.conf'              | included file                           | include_if_exists
            include 'seawall.conf'           | files include each other                | that includes it
            wal_segment_size = 1MB           | fixed when the cluster is made          | walctl init
            min_wal_size = 2GB               | min_wal_size 2GB is above max_wal_size  | Raise max_wal_size
            archive_mode = on                | archive_repository is not set           | Set archive_repository
            """)
    void a_mistake_is_told_with_file_line_and_hint(String line, String problem, String hint) throws IOException {
        write("# first line\n" + line + "\n");

        assertThatThrownBy(this::load).isInstanceOf(SettingsException.class)
                .hasMessageContaining(directory.resolve("seawall.conf") + ", line 2: ")
                .hasMessageContaining(problem)
                .hasMessageContaining("\nHINT: ")
                .hasMessageContaining(hint);
    }

    @Test
    void all_mistakes_are_told_at_once() throws IOException {
        write("a = 1\nwal_buffers = x\n");

        assertThatThrownBy(() -> Settings.load(new LinuxDisk(), directory,
                Map.of("SEAWALL_WAL_SIZE", "1"), Map.of("fsync", "off")))
                .hasMessageContaining("line 1").hasMessageContaining("line 2")
                .hasMessageContaining("environment: there is no setting \"wal_size\"")
                .hasMessageContaining("command line: there is no setting \"fsync\"");
    }

    @Test
    void the_launchers_own_variables_are_no_settings() throws IOException {
        assertThat(Settings.load(new LinuxDisk(), directory, Map.of("SEAWALL_JAVA_HOME", "/x"), Map.of())).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "wal_buffers, 128, 1MB", "wal_buffers, 1.5MB, 1536kB", "wal_buffers, 65536B, 64kB", "wal_buffers, 0x10, 128kB",
        "max_wal_size, 1024, 1GB", "max_wal_size, 0.5GB, 512MB", "wal_keep_size, 0, 0",
        "checkpoint_timeout, 90, 90s", "checkpoint_timeout, 2min, 2min", "checkpoint_timeout, 1500ms, 2s",
        "archive_timeout, 0, 0", "wal_init_zero, 0, off", "wal_init_zero, YES, on",
        "wal_sync_method, OPEN_DATASYNC, open_datasync", "archive_compression_level, 3, 3"
    })
    void a_value_is_shown_in_its_largest_unit(String name, String written, String shown) {
        SettingType<?> type = SettingCatalog.find(name).orElseThrow().type();

        assertThat(roundTrip(type, written)).isEqualTo(shown);
    }

    private static <T> String roundTrip(SettingType<T> type, String written) {
        return type.format(type.parse(written));
    }

    @Test
    void every_default_is_in_range_and_every_name_unique() {
        Set<String> names = new HashSet<>();
        for (Settings.Entry<?> entry : Settings.defaults().entries()) {
            assertThat(names.add(entry.setting().name())).as(entry.setting().name()).isTrue();
            assertThat(roundTrip(entry.setting().type(), entry.text())).isEqualTo(entry.text());
        }
    }

    @Test
    void a_program_may_replace_a_value_but_not_leave_its_range() {
        Settings settings = Settings.defaults().with(WalSettings.WAL_BUFFERS, 1L << 20);

        assertThat(settings.get(WalSettings.WAL_BUFFERS)).isEqualTo(1 << 20);
        assertThat(Settings.defaults().get(WalSettings.WAL_BUFFERS)).isEqualTo(16 << 20);
        assertThatThrownBy(() -> settings.with(WalSettings.WAL_BUFFERS, 1L)).hasMessageContaining("out of range");
    }

    private void write(String content) throws IOException {
        Files.writeString(directory.resolve("seawall.conf"), content);
    }

    private Settings load() throws IOException {
        return Settings.load(new LinuxDisk(), directory, Map.of(), Map.of());
    }
}
