package dev.seawall.tools.testfsync;

import dev.seawall.tools.Directories;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.Json;
import dev.seawall.tools.Program;
import dev.seawall.tools.testfsync.storage.Finding;
import dev.seawall.tools.testfsync.storage.Storage;
import dev.seawall.tools.testfsync.storage.Verdict;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `waltestfsync`: how fast a disk makes a log durable, by which method, and whether it can be believed.
@Command(name = "waltestfsync", mixinStandardHelpOptions = true, version = "waltestfsync (Seawall) 0.1.0",
        description = {
            "Measures every way to make a log durable on a disk, tells whether the disk can be believed, and",
            "recommends settings.",
            "",
            "A commit is acknowledged when its log is on the disk, so a lone committer is as fast as 4 kB are durable.",
            "Many together share one write: how much longer 64 kB take than 4 kB says how well that pays. Each block",
            "compares trials that were run in turns; compare within a block only."},
        footer = {"", "Examples:",
            "  waltestfsync -d /var/lib/seawall      on the disk that counts, in about a minute",
            "  waltestfsync --quick                  the current directory's disk, in a few seconds",
            "  waltestfsync --check --quick || exit  refuse to install where a log may be lost",
            "",
            "What it cannot find out: whether the disk loses what it said was durable when power is cut. It says",
            "what speaks against it: no barriers, memory, an answer that comes too fast."})
public final class Waltestfsync implements Callable<ExitCode> {

    private static final List<Integer> SIZES =
            List.of(TestRun.LONE, 8 << 10, 16 << 10, TestRun.BATCH, 256 << 10, 1 << 20);
    private static final List<Integer> QUICK_SIZES = List.of(TestRun.LONE, TestRun.BATCH);
    private static final List<Integer> DEPTHS = List.of(1, 2, 4, 8, 16, 32);
    private static final List<Integer> DEPTH_SIZES = List.of(TestRun.LONE, TestRun.BATCH);
    private static final List<Integer> QUICK_DEPTHS = List.of(8);
    private static final double QUICK_SECONDS = 0.05;

    @Option(names = {"-d", "--directory"}, paramLabel = "DIR", defaultValue = ".",
            description = "Where pg_wal is or will be. Files are made there, 200 MB, and removed. Without it: the "
                + "current directory.")
    private Path parent = Path.of(".");

    @Option(names = {"-T", "--time"}, paramLabel = "SECONDS", defaultValue = "0.5",
            description = "How long each trial runs; default: ${DEFAULT-VALUE}. There are about a hundred.")
    private double seconds;

    @Option(names = "--quick", description = "A twentieth of a second each, and two sizes only.")
    private boolean isQuick;

    @Option(names = "--check", description = "Exit with 3 if what was acknowledged may be lost here.")
    private boolean isCheck;

    @Option(names = "--json", description = "Print one JSON object instead of tables.")
    private boolean isJson;

    private final Disk disk = new LinuxDisk();

    @Override
    public ExitCode call() throws Exception {
        Path directory = Files.createTempDirectory(parent, "waltestfsync");
        Thread removal = new Thread(() -> removeQuietly(directory));
        Runtime.getRuntime().addShutdownHook(removal);
        try {
            Verdict verdict = test(directory);
            return isCheck && verdict.isDangerous() ? ExitCode.CORRUPT : ExitCode.DONE;
        } finally {
            Directories.remove(directory);
            Runtime.getRuntime().removeShutdownHook(removal);
        }
    }

    /// When interrupted: the trials under way may still make files.
    private static void removeQuietly(Path directory) {
        try {
            Directories.remove(directory);
        } catch (IOException | UncheckedIOException e) {
            System.err.println("could not remove \"" + directory + "\": " + e.getMessage());
        }
    }

    private Verdict test(Path directory) throws IOException {
        Storage storage = Storage.of(directory);
        tell(storage.toString());
        storage.device().ifPresent(device -> tell(device.toString()));
        Duration each = Duration.ofNanos((long) ((isQuick ? QUICK_SECONDS : seconds) * 1e9));
        TestRun run = new TestRun(disk, directory, isQuick ? QUICK_SIZES : SIZES,
                isQuick ? QUICK_DEPTHS : DEPTHS,
                isQuick ? List.of(TestRun.LONE) : DEPTH_SIZES, each, this::tell);
        run.measure();
        Verdict verdict = Verdict.of(storage, Optional.of(run.speed()));
        Recommendation recommendation = run.recommendation();
        verdict.findings().forEach(finding -> tell("\n" + wrapped(finding.level() + ": " + finding.text())));
        recommendation.lines(verdict).forEach(this::tell);
        if (isQuick) {
            tell("HINT: a few operations tell little where the machine is busy; without --quick there are more.");
        }
        if (isJson) {
            System.out.println(Json.of(fields(storage, run, verdict, recommendation)));
        }
        return verdict;
    }

    private static Map<String, Object> fields(Storage storage, TestRun run, Verdict verdict,
            Recommendation recommendation) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("directory", storage.directory().getParent());
        fields.put("storage", storage.json());
        fields.put("sections", run.sections().stream().map(Section::json).toList());
        fields.put("findings", verdict.findings().stream().map(Waltestfsync::json).toList());
        fields.put("dangerous", verdict.isDangerous());
        fields.put("settings", recommendation.settings());
        fields.put("reasons", recommendation.reasons());
        return fields;
    }

    private static Map<String, Object> json(Finding finding) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("level", finding.level().name().toLowerCase(Locale.ROOT));
        fields.put("text", finding.text());
        return fields;
    }

    private static String wrapped(String text) {
        return text.replaceAll("(.{1,100})( |$)", "$1\n").strip();
    }

    private void tell(String line) {
        if (!isJson) {
            System.out.println(line);
        }
    }

    public static void main(String[] args) {
        Program.main(new Waltestfsync(), args);
    }
}
