package dev.seawall.tools.waldump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.witness.PostgresPrograms;
import dev.seawall.witness.PostgresPrograms.Output;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Runs pg_waldump and waldump with the same arguments and holds one against the other: every byte
/// of output, every message (but for the program's name), the exit code.
final class BothDumps {

    private static final int LINES_TO_BLAME = 3;

    private BothDumps() {}

    static Output waldump(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Waldump.run(out, new PrintStream(err, true, StandardCharsets.UTF_8), arguments);
        return new Output(code, out.toString(StandardCharsets.ISO_8859_1), err.toString(StandardCharsets.ISO_8859_1));
    }

    static Output pgWaldump(String... arguments) {
        return PostgresPrograms.run("pg_waldump", arguments);
    }

    /// @return what both said
    static Output agreeOn(String... arguments) {
        Output theirs = pgWaldump(arguments);
        Output ours = waldump(arguments);
        String which = "waldump " + String.join(" ", arguments);
        if (!ours.out().equals(theirs.out())) {
            assertThat(differences(ours.lines(), theirs.lines())).as(which).isEmpty();
        }
        assertThat(ours.err()).as(which).isEqualTo(theirs.err().replace("pg_waldump", "waldump"));
        assertThat(ours.exitCode()).as(which).isEqualTo(theirs.exitCode());
        assertThat(ours.out().length()).as(which + ", bytes").isEqualTo(theirs.out().length());
        return ours;
    }

    private static List<String> differences(List<String> ours, List<String> theirs) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < Math.max(ours.size(), theirs.size()) && found.size() < LINES_TO_BLAME; i++) {
            String our = i < ours.size() ? ours.get(i) : "(no line)";
            String their = i < theirs.size() ? theirs.get(i) : "(no line)";
            if (!our.equals(their)) {
                found.add("line " + (i + 1) + "\n    waldump: " + cut(our) + "\n pg_waldump: " + cut(their) + "\n");
            }
        }
        return found;
    }

    private static String cut(String line) {
        return line.length() <= 1000 ? line : line.substring(0, 1000) + "...";
    }
}
