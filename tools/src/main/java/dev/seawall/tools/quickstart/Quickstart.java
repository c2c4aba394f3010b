package dev.seawall.tools.quickstart;

import dev.seawall.tools.Directories;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `walctl quickstart`: builds what isn't built (the launcher does), then tells the whole of Seawall
/// in one run.
@Command(name = "quickstart", mixinStandardHelpOptions = true,
        description = "Shows the main job on real input: commit, archive, back up, crash, recover, restore to a point.",
        footer = {"", "Every line of the input becomes a transaction. Without --input it is tzdata.zi, "
            + InputLines.DEFAULT_ORIGIN + ".",
            "Exit code 0 means that every check was made and held.", "",
            "Examples:",
            "  walctl quickstart",
            "  walctl quickstart --input /var/log/dpkg.log --data /tmp/seawall"})
public final class Quickstart implements Callable<ExitCode> {

    @Option(names = "--input", paramLabel = "FILE", description = "Commit the lines of this file.")
    private @Nullable Path input;

    @Option(names = "--data", paramLabel = "DIR",
            description = "Where to put cluster, archive and copy; must be empty or not there. Without it: "
                    + "target/quickstart beside the sources, where an earlier run's is replaced.")
    private @Nullable Path data;

    @Override
    public ExitCode call() throws Exception {
        long begin = System.nanoTime();
        InputLines lines = InputLines.read(input == null ? null : input.toAbsolutePath());
        Places places = new Places(root());
        Story story = new Story(System.out);
        story.title("Seawall quickstart: " + Quantity.count(lines.count()) + " lines of " + lines.name()
                + (input == null ? " (" + InputLines.DEFAULT_ORIGIN + ")" : ""));
        Chapters chapters = new Chapters(story, lines, input == null ? "" : input.toAbsolutePath().toString(), places);
        chapters.tell();
        story.line("");
        story.title("All " + story.checks() + " checks held, in "
                + Quantity.time(Duration.ofNanos(System.nanoTime() - begin)) + ".");
        new NextSteps(story, places).tell();
        return ExitCode.DONE;
    }

    /// An empty directory: the one that was given, or our own, cleared.
    private Path root() throws IOException {
        Path root;
        if (data == null) {
            root = Path.of(System.getProperty("seawall.home", "")).toAbsolutePath().resolve("target/quickstart");
            Directories.remove(root);
        } else {
            root = data.toAbsolutePath().normalize();
            if (Files.exists(root) && !isEmpty(root)) {
                throw new ExitCodeException(ExitCode.CONFLICT, "\"" + root + "\" is not empty"
                        + "\nHINT: Give a directory that does not exist yet, or remove what is in it.");
            }
        }
        Files.createDirectories(root);
        return root;
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isEmpty();
        }
    }
}
