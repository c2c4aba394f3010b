package dev.seawall.tools.walbench.growth;

import dev.seawall.tools.Quantity;
import dev.seawall.tools.walbench.load.Load;
import dev.seawall.tools.walbench.ours.BenchLog;
import dev.seawall.tools.walbench.ours.WalEngine;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.walwriter.MessageAppender;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.WalOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What is doubled from step to step, all else being equal.
enum Series {
    /// Virtual threads that commit.
    COMMITTERS("committers", 1, 1024),
    /// Bytes of each record, 64 committers.
    SIZE("bytes a record", 64, 64 << 10),
    /// Bytes of the log, all kept, 64 committers and 4 KiB each.
    LENGTH("of log", 64L << 20, 4L << 30),
    /// Segments in `pg_wal`, 64 committers.
    SEGMENTS("segments in pg_wal", 8, 10_000);

    private static final int COMMITTERS_OTHERWISE = 64;
    private static final int BYTES_OTHERWISE = 200;
    private static final int BYTES_OF_LENGTH = 4096;
    private static final int FILLER_BYTES = 1 << 20;
    private static final int SEGMENT_BYTES = 16 << 20;

    private final String of;
    private final long first;
    private final long last;
    private final Disk disk = new LinuxDisk();

    Series(String of, long first, long last) {
        this.of = of;
        this.first = first;
        this.last = last;
    }

    String lowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }

    String label(long at) {
        return (this == LENGTH ? Quantity.bytes(at) : Quantity.count(at)) + " " + of;
    }

    /// All steps, or as far as `share` of the way, once.
    ///
    /// @param directory its own, empty; left so that the caller removes it
    /// @param share     of the last step, such as 0.01 for a short run
    List<Step> run(Path directory, Duration time, double share) throws Exception {
        List<Long> steps = steps(Math.max(first, (long) (last * share)));
        return switch (this) {
            case COMMITTERS -> oneLog(directory, BYTES_OTHERWISE, steps, time, Series::committers);
            case LENGTH -> oneLog(directory, BYTES_OF_LENGTH, steps, time, Series::reach);
            case SIZE, SEGMENTS -> logForEach(directory, steps, time);
        };
    }

    private List<Long> steps(long end) {
        List<Long> steps = new ArrayList<>();
        for (long at = first; at < end; at *= 2) {
            steps.add(at);
        }
        steps.add(end);
        return steps;
    }

    /// What a step has of a log that goes on from the last one.
    private interface Next {
        Load load(Wal wal, long at) throws IOException;
    }

    private static Load committers(Wal wal, long at) {
        return new Load(Load.Kind.VIRTUAL, Math.toIntExact(at), BYTES_OTHERWISE);
    }

    private static Load reach(Wal wal, long length) {
        MessageAppender messages = wal.messages(WalEngine.PREFIX);
        ByteBuffer filler = ByteBuffer.allocate(FILLER_BYTES);
        while (wal.flushLsn().value() - SEGMENT_BYTES < length) {
            messages.flush(messages.append(filler));
        }
        return new Load(Load.Kind.VIRTUAL, COMMITTERS_OTHERWISE, BYTES_OF_LENGTH);
    }

    private List<Step> oneLog(Path directory, int bytes, List<Long> steps, Duration time, Next next)
            throws Exception {
        WalOptions options = this == LENGTH ? WalOptions.DEFAULT.withKeepBytes(2 * last) : WalOptions.DEFAULT;
        BenchLog log = new BenchLog(disk, directory, SEGMENT_BYTES, options);
        List<Step> done = new ArrayList<>();
        try (WalEngine engine = new WalEngine(log.wal(), WalEngine.Kind.MESSAGE, bytes, log)) {
            for (long at : steps) {
                done.add(Step.measure(at, engine, next.load(log.wal(), at), time));
            }
        }
        return done;
    }

    private List<Step> logForEach(Path directory, List<Long> steps, Duration time) throws Exception {
        List<Step> done = new ArrayList<>();
        for (long at : steps) {
            int bytes = this == SIZE ? Math.toIntExact(at) : BYTES_OTHERWISE;
            BenchLog log = new BenchLog(disk, directory.resolve(lowerCase() + at), SEGMENT_BYTES, WalOptions.DEFAULT,
                    this == SEGMENTS ? Math.toIntExact(at) : 0);
            try (WalEngine engine = new WalEngine(log.wal(), WalEngine.Kind.MESSAGE, bytes, log)) {
                done.add(Step.measure(at, engine, new Load(Load.Kind.VIRTUAL, COMMITTERS_OTHERWISE, bytes), time));
            }
        }
        return done;
    }
}
