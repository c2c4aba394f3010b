package dev.seawall.tools.walbench.growth;

import dev.seawall.tools.Directories;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `walbench growth`: does a commit cost more as things grow?
@Command(name = "growth", mixinStandardHelpOptions = true,
        description = {
            "Doubles one thing after the other, and tells what a commit costs at each step: committers from 1 to 1,024,"
                + " bytes of a record from 64 to 65,536, the log's length from 64 MB to 4 GB, segments in pg_wal from 8"
                + " to 10,000. The bar beside each is the processor time of a commit, all threads together.",
            "",
            "It needs 5 GB of the disk. A record's bytes have to be copied and checked, so its cost grows with them;"
                + " nothing else should make a commit dearer."},
        footer = {"", "Examples:",
            "  walbench growth                           all four, in about three minutes",
            "  walbench growth --of committers,segments -T 3 -r 5"})
public final class GrowthCommand implements Callable<ExitCode> {

    @Option(names = {"-d", "--directory"}, paramLabel = "DIR",
            description = "Where to make the logs, which are removed afterwards. Without it: $TMPDIR or /tmp.")
    private @Nullable Path parent;

    @Option(names = "--of", split = ",", paramLabel = "WHAT", defaultValue = "COMMITTERS,SIZE,LENGTH,SEGMENTS",
            description = "What to double: committers, size, length, segments; default: all, one after the other.")
    private List<Series> series = List.of();

    @Option(names = {"-T", "--time"}, paramLabel = "SECONDS", defaultValue = "1",
            description = "How long each step is measured; default: ${DEFAULT-VALUE}.")
    private double seconds;

    @Option(names = {"-r", "--rounds"}, paramLabel = "N", defaultValue = "3",
            description = "How often; the step in the middle counts; default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--share", paramLabel = "SHARE", defaultValue = "1",
            description = "How far to go, such as 0.1 of the way; default: all.")
    private double share;

    @Option(names = "--json", description = "Print one JSON object instead of the tables.")
    private boolean isJson;

    @Override
    public ExitCode call() throws Exception {
        Path directory = parent == null ? Files.createTempDirectory("walbench")
                : Files.createTempDirectory(parent, "walbench");
        try {
            Map<String, Object> fields = new LinkedHashMap<>();
            for (Series each : series) {
                List<Step> steps = middle(directory, each);
                fields.put(each.lowerCase(), steps.stream().map(Step::json).toList());
                if (!isJson) {
                    print(each, steps);
                }
            }
            if (isJson) {
                System.out.println(Json.of(fields));
            }
            return ExitCode.DONE;
        } finally {
            Directories.remove(directory);
        }
    }

    private List<Step> middle(Path directory, Series what) throws Exception {
        List<List<Step>> all = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            all.add(once(directory, what, round));
        }
        List<Step> middle = new ArrayList<>();
        for (int i = 0; i < all.getFirst().size(); i++) {
            int step = i;
            middle.add(all.stream().map(steps -> steps.get(step)).sorted(Comparator.comparing(Step::cpuMicros)).toList()
                    .get(rounds / 2));
        }
        return middle;
    }

    private List<Step> once(Path directory, Series what, int round) throws Exception {
        Path own = Files.createDirectory(directory.resolve(what.lowerCase() + "-" + round));
        try {
            return what.run(own, Duration.ofNanos((long) (seconds * 1e9)), share);
        } finally {
            Directories.remove(own);
        }
    }

    private static void print(Series what, List<Step> steps) {
        double most = steps.stream().mapToDouble(Step::cpuMicros).max().orElse(1);
        System.out.println(Step.HEADING);
        steps.forEach(step -> System.out.println(step.row(what.label(step.at()), most)));
        System.out.println();
    }
}
