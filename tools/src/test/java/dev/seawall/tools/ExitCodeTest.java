package dev.seawall.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.WalCorruptException;
import dev.seawall.walwriter.WalFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

final class ExitCodeTest {

    @Test
    void every_code_has_a_row_with_its_meaning_in_the_systemd_readme() throws IOException {
        String readme = Files.readString(SourceTree.HOME.resolve("systemd/README.md"));

        for (ExitCode code : ExitCode.values()) {
            String number = code == ExitCode.UNKNOWN ? "126 and above" : String.valueOf(code.code());
            assertThat(readme).contains("| " + number + " | " + code.meaning() + " |");
        }
    }

    @Test
    void what_an_archive_or_restore_command_may_say_is_kept() {
        assertThat(ExitCode.NOT_FOUND.code()).isEqualTo(1);
        assertThat(ExitCode.UNKNOWN.code()).isGreaterThanOrEqualTo(126);
        for (ExitCode code : ExitCode.values()) {
            assertThat(code == ExitCode.UNKNOWN || code.code() < 126).isTrue();
        }
    }

    @Test
    void exceptions_have_the_code_of_their_meaning() {
        assertThat(Program.codeOf(new ExitCodeException(ExitCode.IN_USE, "x"))).isEqualTo(ExitCode.IN_USE);
        assertThat(Program.codeOf(WalCorruptException.inFile("x", "y", "z"))).isEqualTo(ExitCode.DAMAGED);
        assertThat(Program.codeOf(new WalFailedException("x", new IOException()))).isEqualTo(ExitCode.IO);
        assertThat(Program.codeOf(new NoSuchFileException("x"))).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(Program.codeOf(new IOException("x"))).isEqualTo(ExitCode.IO);
        assertThat(Program.codeOf(new IllegalStateException("x"))).isEqualTo(ExitCode.BUG);
    }
}
