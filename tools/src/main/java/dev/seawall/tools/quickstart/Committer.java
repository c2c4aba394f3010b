package dev.seawall.tools.quickstart;

import dev.seawall.embedded.Seawall;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.settings.Settings;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import java.nio.file.Path;
import java.util.Map;

/// The process that is killed: opens the cluster and commits lines until it dies.
///
/// ```
/// opened 2320          rows it found
/// acknowledged 2321    line 2321 is durably committed
/// ```
/// It commits up to a line and then waits, so that a slow kill never finds it finished.
final class Committer {

    private Committer() {}

    /// Arguments: the cluster's directory, the input file or an empty text, the last line to commit.
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        InputLines input = InputLines.read(args[1].isEmpty() ? null : Path.of(args[1]));
        Disk disk = new LinuxDisk();
        Settings settings = Settings.load(disk, directory, Map.of(), Map.of());
        try (Seawall seawall = Seawall.open(
                disk, new SystemWorld(), directory, SeawallOptions.of(settings, directory))) {
            LineTable table = new LineTable();
            table.load(seawall, input);
            say("opened", table.rows());
            new Commits(seawall.wal(), table, input, line -> say("acknowledged", line)).upTo(Integer.parseInt(args[2]));
            while (System.in.read() >= 0) {
                // Nothing is said; the end of input means that the parent is gone.
            }
        }
    }

    private static void say(String what, int line) {
        System.out.println(what + " " + line);
        System.out.flush();
    }

    /// The number in a line of the form above.
    static int parse(String line, String what) {
        if (!line.startsWith(what + " ")) {
            throw new IllegalStateException("expected \"" + what + " N\" of the committing process, found: " + line);
        }
        return Integer.parseInt(line.substring(what.length() + 1));
    }
}
