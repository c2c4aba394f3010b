package dev.seawall.tools.walbench.checkpoint;

import dev.seawall.checkpointer.files.DataPage;
import dev.seawall.checkpointer.pages.PageStore;
import dev.seawall.checkpointer.pages.PageStoreOptions;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.settings.CheckpointSettings;
import dev.seawall.settings.Settings;
import dev.seawall.settings.WalSettings;
import dev.seawall.tools.Directories;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.Json;
import dev.seawall.tools.walbench.ours.BenchLog;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `walbench checkpoint`: commits beside a checkpoint, by what `checkpoint_flush_after` says.
@Command(name = "checkpoint", mixinStandardHelpOptions = true,
        description = {
            "Measures how long commits take while a checkpoint writes pages on the same disk, double-write file"
                + " included, against how long they take without one, and what the checkpoint's final sync takes.",
            "",
            "Needs as much memory as there are pages to write, and a third more."},
        footer = {"", "Example:", "  walbench checkpoint --size 2GB --rate 128MB --flush-after 0,256kB,1MB"})
public final class CheckpointCommand implements Callable<ExitCode> {

    @Option(names = {"-d", "--directory"}, paramLabel = "DIR",
            description = "Where to make log and data files; removed afterwards. Without it: $TMPDIR or /tmp.")
    private @Nullable Path parent;

    @Option(names = "--size", paramLabel = "BYTES", defaultValue = "2GB",
            description = "Pages to write; default: ${DEFAULT-VALUE}.")
    private String size = "2GB";

    @Option(names = "--rate", paramLabel = "BYTES", defaultValue = "128MB",
            description = "How much of them a second; 0: as fast as it goes; default: ${DEFAULT-VALUE}.")
    private String rate = "128MB";

    @Option(names = "--flush-after", paramLabel = "BYTES", split = ",", defaultValue = "256kB",
            description = "Values of checkpoint_flush_after, one after the other; default: ${DEFAULT-VALUE}.")
    private List<String> flushAfter = List.of();

    @Option(names = {"-c", "--clients"}, paramLabel = "N", defaultValue = "8",
            description = "Committers that wait for each commit; default: ${DEFAULT-VALUE}.")
    private int clients;

    @Option(names = {"-T", "--time"}, paramLabel = "SECONDS", defaultValue = "5",
            description = "How long commits are measured without a checkpoint; default: ${DEFAULT-VALUE}.")
    private double seconds;

    @Option(names = "--json", description = "Print one JSON object instead of the table.")
    private boolean isJson;

    private final Disk disk = new LinuxDisk();

    @Override
    public ExitCode call() throws Exception {
        Path directory = parent == null ? Files.createTempDirectory("walbench")
                : Files.createTempDirectory(parent, "walbench");
        try {
            List<Beside> results = new ArrayList<>();
            tell(String.format(Locale.ROOT, "%s of pages at %s a second, %d committers", size, rate, clients));
            tell(Beside.HEADING);
            for (String value : flushAfter) {
                Path own = Files.createDirectory(directory.resolve("after-" + value));
                results.add(measure(own, CheckpointSettings.CHECKPOINT_FLUSH_AFTER.type().parse(value)));
                tell(results.getLast().row());
                Directories.remove(own);
            }
            if (isJson) {
                Map<String, Object> fields = new LinkedHashMap<>();
                fields.put("bytes", bytes(size));
                fields.put("bytes_a_second", bytes(rate));
                fields.put("clients", clients);
                fields.put("runs", results.stream().map(Beside::json).toList());
                System.out.println(Json.of(fields));
            }
            return ExitCode.DONE;
        } finally {
            Directories.remove(directory);
        }
    }

    private static long bytes(String text) {
        return text.equals("0") ? 0 : CheckpointSettings.MAX_WAL_SIZE.type().parse(text);
    }

    private Beside measure(Path directory, long writeback) throws Exception {
        Settings settings = Settings.load(disk, directory, System.getenv(), Map.of());
        int segmentBytes = Math.toIntExact(settings.get(WalSettings.WAL_SEGMENT_SIZE));
        int pages = Math.toIntExact(bytes(size) / DataPage.BYTES);
        Path base = Files.createDirectory(directory.resolve("base"));
        PageStoreOptions options = new PageStoreOptions(pages / 2 * 3, 128, 64, Math.toIntExact(writeback));
        try (PageStore store = new PageStore(options)) {
            store.open(disk, base, new SystemWorld());
            DirtyPages dirty = new DirtyPages(store, pages);
            dirty.change();
            new PacedFlush(store, 0).run();
            dirty.change();
            try (BenchLog log = new BenchLog(disk, directory.resolve("log"), segmentBytes,
                    SeawallOptions.of(settings, directory).wal());
                    Commits commits = new Commits(log.wal(), clients)) {
                return measure(store, commits, writeback);
            }
        }
    }

    private Beside measure(PageStore store, Commits commits, long writeback) throws IOException, InterruptedException {
        Thread.sleep((long) (seconds * 500));
        commits.since();
        Thread.sleep((long) (seconds * 1000));
        Histogram without = commits.since();
        PacedFlush.Done done = new PacedFlush(store, bytes(rate)).run();
        Histogram during = commits.since();
        return new Beside(writeback, without, during, done);
    }

    private void tell(String line) {
        if (!isJson) {
            System.out.println(line);
        }
    }
}
