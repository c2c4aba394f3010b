package dev.seawall.tools.walbench.crossing;

import dev.seawall.tools.Directories;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.Json;
import dev.seawall.tools.walbench.load.Load;
import dev.seawall.tools.walbench.load.Measurement;
import dev.seawall.tools.walbench.ours.BenchLog;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.walwriter.MessageAppender;
import dev.seawall.walwriter.WalOptions;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `walbench crossing`: commits that take the log into its next segment beside all others.
@Command(name = "crossing", mixinStandardHelpOptions = true,
        description = {
            "Measures how long those commits take with which the log goes on into its next segment, and the one after"
                + " each, beside all others of one committer. The next segment is ready before it is needed; what is"
                + " left is that a record on both sides of the border takes two writes, one after the other."},
        footer = {"", "Example:", "  walbench crossing -d /var/lib -T 60"})
public final class CrossingCommand implements Callable<ExitCode> {

    private static final int SEGMENT_BYTES = 16 << 20;
    private static final Duration WARM_UP = Duration.ofSeconds(1);

    @Option(names = {"-d", "--directory"}, paramLabel = "DIR",
            description = "Where to make the log, which is removed afterwards. Without it: $TMPDIR or /tmp.")
    private @Nullable Path parent;

    @Option(names = {"-s", "--size"}, paramLabel = "BYTES", defaultValue = "32768",
            description = "Bytes of each record, so that there are many crossings; default: ${DEFAULT-VALUE}.")
    private int bytes;

    @Option(names = {"-T", "--time"}, paramLabel = "SECONDS", defaultValue = "20",
            description = "How long; default: ${DEFAULT-VALUE}.")
    private double seconds;

    @Option(names = "--json", description = "Print one JSON object instead of the table.")
    private boolean isJson;

    private final Histogram crossing = Measurement.newHistogram();
    private final Histogram others = Measurement.newHistogram();

    @Override
    public ExitCode call() throws Exception {
        if (bytes < 1 || bytes > SEGMENT_BYTES) {
            throw new ExitCodeException(ExitCode.USAGE, "--size takes 1 to " + SEGMENT_BYTES + " bytes, not " + bytes);
        }
        Path directory = parent == null ? Files.createTempDirectory("walbench")
                : Files.createTempDirectory(parent, "walbench");
        try (BenchLog log = new BenchLog(new LinuxDisk(), directory, SEGMENT_BYTES, WalOptions.DEFAULT)) {
            MessageAppender messages = log.wal().messages("walbench");
            commit(messages, WARM_UP);
            crossing.reset();
            others.reset();
            Duration time = Duration.ofNanos((long) (seconds * 1e9));
            commit(messages, time);
            print(time);
            return ExitCode.DONE;
        } finally {
            Directories.remove(directory);
        }
    }

    private void commit(MessageAppender messages, Duration time) {
        ByteBuffer content = ByteBuffer.allocate(bytes);
        long segment = -1;
        boolean isAfter = false;
        long end = System.nanoTime() + time.toNanos();
        for (long begun = System.nanoTime(); begun < end; ) {
            long lsn = messages.append(content);
            messages.flush(lsn);
            long now = System.nanoTime();
            boolean isCrossing = segment >= 0 && lsn / SEGMENT_BYTES != segment;
            segment = lsn / SEGMENT_BYTES;
            (isCrossing || isAfter ? crossing : others).recordValue(now - begun);
            isAfter = isCrossing;
            begun = now;
        }
    }

    private void print(Duration time) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (!isJson) {
            System.out.println(Measurement.HEADING);
        }
        for (Histogram each : new Histogram[] {crossing, others}) {
            String name = each == crossing ? "into the next segment" : "within a segment";
            long count = each.getTotalCount();
            Measurement measured =
                    new Measurement(new Load(Load.Kind.PLATFORM, 1, bytes), count, time, count * bytes, each);
            fields.put(each == crossing ? "crossing" : "within", measured.json(name));
            if (!isJson) {
                System.out.println(measured.row(name));
            }
        }
        if (isJson) {
            System.out.println(Json.of(fields));
        }
    }
}
