package dev.seawall.walwriter.basebackup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.walwriter.basebackup.BaseBackupOptions.Checksum;
import dev.seawall.walwriter.basebackup.BaseBackupOptions.Compression;
import dev.seawall.walwriter.basebackup.BaseBackupOptions.Manifest;
import dev.seawall.walwriter.wire.SqlException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BaseBackupParserTest {

    private static BaseBackupOptions parse(String text) {
        return BaseBackupParser.parse(text).orElseThrow();
    }

    @Test
    void what_pg_basebackup_says_is_understood() {
        assertThat(parse("BASE_BACKUP ( LABEL 'it''s mine',  PROGRESS,  WAL,  CHECKPOINT 'fast',  WAIT 0,"
                + "  MAX_RATE 102400,  TABLESPACE_MAP,  MANIFEST 'force-encode',  MANIFEST_CHECKSUMS 'sha256',"
                + "  TARGET 'client',  COMPRESSION 'zstd',  COMPRESSION_DETAIL 'level=4,workers=2')"))
                .isEqualTo(new BaseBackupOptions("it's mine", true, true, true, false, 102_400, Manifest.FORCE_ENCODE,
                        Checksum.SHA256, new Compression(Compression.Algorithm.ZSTD, 4)));
    }

    @Test
    void the_words_of_older_clients_are_too() {
        assertThat(parse("BASE_BACKUP LABEL 'x' PROGRESS FAST WAL NOWAIT MAX_RATE 32 TABLESPACE_MAP NOVERIFY_CHECKSUMS"
                + " MANIFEST 'yes' MANIFEST_CHECKSUMS 'none';"))
                .isEqualTo(new BaseBackupOptions("x", true, true, true, false, 32, Manifest.YES, Checksum.NONE,
                        Compression.NONE));
    }

    @Test
    void without_options_it_is_a_backup_all_the_same() {
        assertThat(parse(" base_backup")).isEqualTo(new BaseBackupOptions("base backup", false, false, false, true, 0,
                Manifest.NO, Checksum.CRC32C, Compression.NONE));
    }

    @Test
    void other_commands_are_not_this_one() {
        assertThat(BaseBackupParser.parse("IDENTIFY_SYSTEM")).isEmpty();
        assertThat(BaseBackupParser.parse("BASE_BACKUPS")).isEmpty();
        assertThat(BaseBackupParser.parse("select 1")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "(X)|42601|unrecognized base backup option: \"x\"",
        "(LABEL 'a', LABEL 'b')|42601|duplicate option \"label\"",
        "(CHECKPOINT 'slow')|42601|unrecognized checkpoint type: \"slow\"",
        "(MAX_RATE 31)|22003|31 is outside the valid range for parameter \"MAX_RATE\" (32 .. 1048576)",
        "(MAX_RATE 9999999999)|22003|9999999999 is outside the valid range for parameter \"MAX_RATE\" (32 .. 1048576)",
        "(MANIFEST 'maybe')|42601|unrecognized manifest option: \"maybe\"",
        "(MANIFEST_CHECKSUMS 'SHA256')|42601|manifest checksums require a backup manifest",
        "(MANIFEST 'yes', MANIFEST_CHECKSUMS 'MD5')|42601|unrecognized checksum algorithm: \"MD5\"",
        "(TARGET 'server', TARGET_DETAIL '/x')|42601|target \"server\" does not accept a target detail",
        "(TARGET 'server')|0A000|target \"server\" is not supported",
        "(TARGET 'moon')|42601|unrecognized target: \"moon\"",
        "(COMPRESSION 'rar')|42601|unrecognized compression algorithm: \"rar\"",
        "(COMPRESSION_DETAIL '1')|42601|compression detail cannot be specified unless compression is enabled",
        "(WAL maybe)|42601|wal requires a Boolean value"})
    void a_wrong_option_is_told_in_postgresqls_words(String options, String state, String problem) {
        assertThatThrownBy(() -> parse("BASE_BACKUP " + options)).isInstanceOfSatisfying(SqlException.class, e -> {
            assertThat(e.state().code()).isEqualTo(state);
            assertThat(e.problem()).isEqualTo(problem);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "10", "level=x", "fast", ""})
    void a_wrong_level_is_told(String detail) {
        assertThatThrownBy(() -> parse("BASE_BACKUP (COMPRESSION 'gzip', COMPRESSION_DETAIL '" + detail + "')"))
                .isInstanceOf(SqlException.class).hasMessageContaining("invalid compression specification");
    }

    @Test
    void any_text_is_understood_or_refused() {
        String[] words = {"LABEL", "'x'", "PROGRESS", "(", ")", ",", ";", "WAL", "MAX_RATE", "7", "32", "'", "é",
            "MANIFEST", "'yes'", "TARGET", "\"", "FAST", "COMPRESSION", "'gzip'", "WAIT", "0"};
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder("BASE_BACKUP ");
            for (int n = random.nextInt(9); n >= 0; n--) {
                text.append(words[random.nextInt(words.length)]).append(' ');
            }
            try {
                assertThat(BaseBackupParser.parse(text.toString())).as(text.toString()).isPresent();
            } catch (SqlException e) {
                assertThat(e.problem()).as(text.toString()).isNotEmpty();
            }
        }
    }
}
