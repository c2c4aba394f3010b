package dev.seawall.tools.testfsync;

import dev.seawall.tools.Progress;
import dev.seawall.tools.Quantity;
import dev.seawall.tools.testfsync.storage.Speed;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.IoUring;
import dev.seawall.walwriter.segments.FlushChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/// All that is measured in a directory, section by section, and what follows from it.
final class TestRun {

    /// What a lone commit makes durable, and what a commit of many.
    static final int LONE = 4 << 10;
    static final int BATCH = 64 << 10;

    private static final int METHODS = 8;
    private static final int PARTS = 4;
    private static final int KINDS_OF_DEPTH = 4;

    private final Disk disk;
    private final Path directory;
    private final List<Integer> sizes;
    private final List<Integer> depths;
    private final List<Integer> depthSizes;
    private final Duration each;
    private final Consumer<String> out;
    private final Map<String, Section> sections = new LinkedHashMap<>();

    /// @param sizes [#LONE] and [#BATCH] among them
    /// @param depths how many blocks at once, and in `depthSizes` of which sizes
    /// @param each  how long each trial runs
    /// @param out   takes each section's table when it is done
    TestRun(Disk disk, Path directory, List<Integer> sizes, List<Integer> depths,
            List<Integer> depthSizes, Duration each, Consumer<String> out) {
        this.disk = disk;
        this.directory = directory;
        this.sizes = sizes;
        this.depths = depths;
        this.depthSizes = depthSizes;
        this.each = each;
        this.out = out;
    }

    private interface Measuring {
        List<Timing> by(Bench bench) throws IOException;
    }

    void measure() throws IOException {
        int trials = METHODS * sizes.size() + PARTS + FileStateTrial.State.values().length
                + KINDS_OF_DEPTH * depths.size() * depthSizes.size();
        long[] done = new long[1];
        try (Progress progress = new Progress(System.err, "measuring", Bench.turns(trials))) {
            Bench bench = new Bench(each, () -> progress.at(++done[0]));
            for (int bytes : sizes) {
                measure(bench, progress, methodsOf(bytes), Quantity.bytes(bytes)
                        + " durable, one after the other, in blocks that were written before",
                        on -> on.run(MethodTrial.all(disk, directory, bytes)));
            }
            measure(bench, progress, "parts", "Parts of it, 4 kB",
                    on -> on.run(FlushCostTrial.all(disk, directory)));
            measure(bench, progress, "files", "8 kB durable by " + choice().path() + ", in a file that is",
                    on -> on.run(FileStateTrial.all(disk, directory, choice().path())));
            Optional<String> problem = IoUring.problem();
            for (int bytes : depthSizes) {
                measure(bench, progress, "depth_" + bytes, Quantity.bytes(bytes) + " blocks durable, several at once"
                        + problem.map(why -> "; " + why).orElse(""), on -> on.run(deep(bytes, problem.isEmpty())));
            }
        }
    }

    private List<Trial> deep(int bytes, boolean isRing) throws IOException {
        List<Trial> trials = new ArrayList<>();
        Path file = directory.resolve("direct");
        for (int depth : depths) {
            trials.add(new GroupTrial(disk, file, bytes, depth));
            if (isRing) {
                trials.add(new RingTrial(disk, file, bytes, depth, true));
                trials.add(new RingTrial(disk, file, bytes, depth, false));
            }
            trials.add(new ThreadsTrial(disk, directory, bytes, depth));
        }
        return trials;
    }

    private void measure(Bench bench, Progress progress, String key, String title, Measuring measuring)
            throws IOException {
        Section section = new Section(key, title, measuring.by(bench));
        sections.put(key, section);
        progress.wipe();
        out.accept(section.table());
    }

    private static String methodsOf(int bytes) {
        return "methods_" + bytes;
    }

    private Section section(String key) {
        return Objects.requireNonNull(sections.get(key), key);
    }

    List<Section> sections() {
        return List.copyOf(sections.values());
    }

    private FlushChoice choice() {
        return Recommendation.choice(section(methodsOf(LONE)), section(methodsOf(BATCH)));
    }

    Recommendation recommendation() {
        return Recommendation.of(choice(), section("files"));
    }

    /// What must be possible: how fast 4 kB are durable, and how fast they are written.
    Speed speed() {
        Section lone = section(methodsOf(LONE));
        Section parts = section("parts");
        return new Speed(lone.fastest(), parts.has(FlushCostTrial.DIRECT) ? parts.median(FlushCostTrial.DIRECT) : 0);
    }
}
