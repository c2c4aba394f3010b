package dev.seawall.walwriter.segments;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;

/// The fastest way to make the log durable in a directory, found by trying each for a moment.
///
/// `walctl init` asks once and writes the answer into seawall.conf; a program that embeds the log calls
/// [#measure] with its `pg_wal` and gives [#path] to `WalOptions.withFlushPath`. The default stays unless
/// another is clearly faster: a second's measuring tells no more.
///
/// @param path   what was chosen
/// @param trials what each took; empty if it could not be measured
/// @param reason why, in a sentence
public record FlushChoice(FlushPath path, List<Trial> trials, String reason) {

    /// What one lone commit makes durable at least, and what many at once may.
    public static final int LONE_BYTES = 4 << 10;
    public static final int BATCH_BYTES = 128 << 10;

    // Removed by the next start if a crash left it: see SegmentPreparer.discardLeftovers.
    private static final String FILE = SegmentDirectory.TEMPORARY_PREFIX + "flush-trial";
    private static final int FILE_BYTES = 8 << 20;
    private static final int LEAST = 3;
    private static final int MOST = 1_000;
    private static final double CLEARLY = 1.2;
    private static final double MOSTLY = 0.75;
    /// No real sync is so much faster than another.
    private static final double INCREDIBLY = 4;

    /// What one way took for each size, in nanoseconds: the lower quartile, say, since what else goes on at the
    /// machine is mostly above it.
    ///
    /// @param faster how often it was faster than the default, of all rounds: 0 to 1
    public record Trial(FlushPath path, long lone, long batch, double faster) {

        /// Of two sizes that count the same, the geometric mean.
        private double cost() {
            return Math.sqrt((double) lone * batch);
        }
    }

    /// Tries every way in turns, once each, over and over, so that a busy moment strikes all.
    ///
    /// @param directory where the log is or will be; files are made there and removed
    /// @param time      how long it may take, about
    /// @return never fails for what the disk refuses: the default then, and the reason says so
    public static FlushChoice measure(Disk disk, World world, Path directory, Duration time) {
        // A file each: pages in the cache would be in the way of writes past it.
        Path direct = directory.resolve(FILE + ".direct");
        Path cached = directory.resolve(FILE + ".cached");
        Map<FlushPath, FlushTrial> opened = new LinkedHashMap<>();
        try {
            try {
                FlushTrial.fill(disk, direct, FILE_BYTES);
                FlushTrial.fill(disk, cached, FILE_BYTES);
                for (FlushPath path : FlushPath.all()) {
                    opened.put(path, new FlushTrial(disk, world::nanoTime, path.isDirect() ? direct : cached, path,
                            BATCH_BYTES));
                }
                return of(tried(opened, world, time.toNanos()));
            } finally {
                for (FlushTrial trial : opened.values()) {
                    trial.close();
                }
                remove(disk, direct);
                remove(disk, cached);
            }
        } catch (IOException e) {
            return new FlushChoice(FlushPath.DEFAULT, List.of(), "Not measured: " + e.getMessage() + ".");
        }
    }

    private static void remove(Disk disk, Path file) throws IOException {
        try {
            disk.delete(file);
        } catch (NoSuchFileException e) {
            // It could not even be made.
        }
    }

    private static List<Trial> tried(Map<FlushPath, FlushTrial> opened, World world, long nanos) throws IOException {
        List<FlushPath> paths = new ArrayList<>();
        for (Map.Entry<FlushPath, FlushTrial> entry : opened.entrySet()) {
            if (!entry.getKey().isDirect() || entry.getValue().isDirect()) {
                // Once without the clock: what is called first is still slow.
                entry.getValue().run(LONE_BYTES, 0, 1, _ -> { });
                paths.add(entry.getKey());
            }
        }
        List<Trial[]> rounds = new ArrayList<>();
        long begin = world.nanoTime();
        while (rounds.size() < LEAST || rounds.size() < MOST && world.nanoTime() - begin < nanos) {
            Trial[] round = new Trial[paths.size()];
            for (int i = 0; i < round.length; i++) {
                FlushTrial trial = Objects.requireNonNull(opened.get(paths.get(i)));
                round[i] = new Trial(paths.get(i), trial.run(LONE_BYTES, 0, 1, _ -> { }),
                        trial.run(BATCH_BYTES, 0, 1, _ -> { }), 0);
            }
            rounds.add(round);
        }
        List<Trial> trials = new ArrayList<>();
        for (int i = 0; i < paths.size(); i++) {
            int at = i;
            trials.add(new Trial(paths.get(i), quartile(rounds.stream().mapToLong(round -> round[at].lone())),
                    quartile(rounds.stream().mapToLong(round -> round[at].batch())),
                    rounds.stream().filter(round -> round[at].cost() < byDefault(List.of(round)).cost()).count()
                            / (double) rounds.size()));
        }
        return trials;
    }

    private static long quartile(LongStream samples) {
        long[] sorted = samples.sorted().toArray();
        return sorted[sorted.length / 4];
    }

    /// Without O_DIRECT the default is the same method through the page cache.
    private static Trial byDefault(List<Trial> trials) {
        return trials.stream().filter(trial -> trial.path().method() == FlushPath.DEFAULT.method())
                .findFirst().orElseThrow();
    }

    /// What trials say that were made already; at least one.
    public static FlushChoice of(List<Trial> trials) {
        Trial best = trials.stream().min(Comparator.comparingDouble(Trial::cost)).orElseThrow();
        Trial byDefault = byDefault(trials);
        String without = trials.stream().anyMatch(trial -> trial.path().isDirect()) ? ""
                : "The file system has no O_DIRECT. ";
        if (byDefault == best) {
            return new FlushChoice(best.path(), trials, without + "The default, and the fastest.");
        }
        double faster = byDefault.cost() / best.cost();
        if (faster < CLEARLY || best.faster() < MOSTLY) {
            return new FlushChoice(byDefault.path(), trials,
                    without + "The default: \"" + best.path() + "\" is not clearly faster.");
        }
        if (faster > INCREDIBLY) {
            return new FlushChoice(byDefault.path(), trials, without + String.format(Locale.ROOT,
                    "The default: \"%s\" is %.0f times as fast, too fast for a sync to be one.", best.path(), faster));
        }
        return new FlushChoice(best.path(), trials, without + String.format(Locale.ROOT,
                "%.1f times as fast as the default, \"%s\".", faster, byDefault.path()));
    }
}
