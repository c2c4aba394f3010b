package dev.seawall.tools.walbench.peers;

import dev.seawall.tools.Cleanup;
import dev.seawall.tools.Directories;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.Json;
import dev.seawall.tools.walbench.contest.Contest;
import dev.seawall.tools.walbench.contest.Contestant;
import dev.seawall.tools.walbench.contest.Contestants;
import dev.seawall.tools.walbench.contest.Results;
import dev.seawall.tools.walbench.load.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `walbench peers`: our log beside other logs and beside the disk, in turns.
@Command(name = "peers", mixinStandardHelpOptions = true,
        description = {
            "Measures Seawall, other logs of the JVM, and PostgreSQL beside what the disk itself can do, in turns.",
            "",
            "Each contestant has a turn in every round: a new JVM with the same flags and the same heap, a new log in "
                + "a new directory, a warm-up, then one load after the other. Who begins changes from round to round. "
                + "Every commit of everyone is durable before it counts; the table has the medians of all rounds, and "
                + "how many times the best peer's commits a second Seawall has. A peer of virtual threads counts with "
                + "platform threads where these were measured too and are faster.",
            "",
            "Seawall takes part twice: the log alone, as most peers are; and all of it, with redo, checkpoints and an "
                + "archive. How far redo and archive are behind at the end of each load is told below the table.",
            "",
            "The other logs are libraries of a module of their own, which nothing else needs: "
                + "mvn -q -DskipTests package -pl tools/peers -am. PostgreSQL takes part where it is installed, driven "
                + "by pgbench."},
        footer = {"", "Examples:",
            "  walbench peers                            everything, on the disk of $TMPDIR or /tmp: half an hour",
            "  walbench peers -d /var/lib -T 5 -r 5      on the disk that counts, longer",
            "  walbench peers -c 1,64 -f 0 -L 0 --peers bookkeeper,rocksdb",
            "                                            a part of it",
            "  walbench peers --peers none -m open_datasync,fdatasync-buffered",
            "                                            our own sync methods beside each other",
            "  walbench peers --json --chart commits.svg > peers.json",
            "",
            "Latency is what a committer sees: from before the commit until it is durable. Of records on their way it "
                + "is that of every 64th, or of its batch. All that is made is removed at the end, also after an "
                + "interrupt."})
public final class PeersCommand implements Callable<ExitCode> {

    private static final String NONE = "none";
    private static final int LARGE_BYTES = 1 << 20;

    @Option(names = {"-d", "--directory"}, paramLabel = "DIR",
            description = "Where to make the logs, which are removed afterwards. Without it: $TMPDIR or /tmp.")
    private @Nullable Path parent;

    @Option(names = {"-c", "--clients"}, split = ",", paramLabel = "N", defaultValue = "1,8,64,128,1000",
            description = "Committers that wait for each commit; 0: none; default: ${DEFAULT-VALUE}.")
    private List<Integer> clients = List.of();

    @Option(names = "--threads", split = ",", paramLabel = "KIND", defaultValue = "virtual,platform",
            description = "Committers are virtual or platform threads; default: both in turn. More than 256 platform "
                + "threads are left out unless only these are asked for.")
    private List<Load.Kind> threads = List.of();

    @Option(names = {"-f", "--futures"}, split = ",", paramLabel = "N", defaultValue = "10000",
            description = "One producer with N records on their way, or batches of N where a log is faster so; "
                + "0: none; default: ${DEFAULT-VALUE}.")
    private List<Integer> windows = List.of();

    @Option(names = {"-L", "--large"}, split = ",", paramLabel = "N", defaultValue = "8",
            description = "One producer with N records of 1 MiB on their way; 0: none; default: ${DEFAULT-VALUE}.")
    private List<Integer> largeWindows = List.of();

    @Option(names = {"-s", "--size"}, split = ",", paramLabel = "BYTES", defaultValue = "200",
            description = "Bytes of each record; default: ${DEFAULT-VALUE}.")
    private List<Integer> sizes = List.of();

    @Option(names = {"-T", "--time"}, paramLabel = "SECONDS", defaultValue = "2",
            description = "How long each load is measured; default: ${DEFAULT-VALUE}.")
    private double seconds;

    @Option(names = {"-w", "--warm-up"}, paramLabel = "SECONDS", defaultValue = "3",
            description = "Before the first load of each turn, and before each with one producer; before the others it "
                + "is a third of what is measured; default: ${DEFAULT-VALUE}.")
    private double warmUp;

    @Option(names = {"-r", "--rounds"}, paramLabel = "N", defaultValue = "3",
            description = "Turns of each contestant, whose median counts; default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--peers", split = ",", paramLabel = "NAME", defaultValue = "all",
            description = "Which other logs take part; \"none\"; default: all that are there.")
    private List<String> peers = List.of();

    @Option(names = "--ours", split = ",", paramLabel = "NAME", defaultValue = "seawall,embedded",
            description = "seawall: the log alone; embedded: with redo, checkpoints and archive; none; default: both.")
    private List<String> ours = List.of();

    @Option(names = {"-m", "--sync-method"}, split = ",", paramLabel = "METHOD", defaultValue = "open_datasync",
            description = "Seawall's wal_sync_method, past the page cache or, with \"-buffered\" behind it, through "
                + "it; one contestant for each; default: ${DEFAULT-VALUE}.")
    private List<String> methods = List.of();

    @Option(names = "--plot", description = "Add each load's latencies as a plot: percentiles against time.")
    private boolean isPlotted;

    @Option(names = "--chart", paramLabel = "FILE",
            description = "Write a picture of commits a second against committers: SVG, virtual threads if measured.")
    private @Nullable Path chart;

    @Option(names = "--json", description = "Print one JSON object instead of the table: everything, each round too.")
    private boolean isJson;

    @Override
    public ExitCode call() throws Exception {
        if (rounds < 1 || seconds <= 0 || warmUp < 0) {
            throw new ExitCodeException(ExitCode.USAGE, "rounds and seconds must be above 0");
        }
        if (!threads.stream().allMatch(Load.Kind::isCommitters)) {
            throw new ExitCodeException(ExitCode.USAGE, "--threads takes virtual, platform, or both");
        }
        Results results = new Results();
        List<Contestant> contestants = contestants();
        List<Load> loads = loads();
        try (Cleanup cleanup = new Cleanup()) {
            Path directory = (parent == null ? Files.createTempDirectory("walbench")
                    : Files.createTempDirectory(parent, "walbench")).toAbsolutePath();
            cleanup.add(() -> Directories.remove(directory));
            // PostgreSQL's server may be another user's, who must be able to enter.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
            tell(heading(directory));
            new Contest(contestants, loads, time(warmUp), time(seconds), rounds).run(directory, cleanup, results);
        }
        report(results);
        results.complaints().forEach(complaint -> System.err.println("walbench peers: " + complaint));
        return results.complaints().isEmpty() ? ExitCode.DONE : ExitCode.IO;
    }

    private static Duration time(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    /// A peer that is named and cannot take part is an error; one that is not named is only told of.
    private List<Contestant> contestants() throws ExitCodeException {
        List<Contestant> chosen = new ArrayList<>();
        for (String name : ours) {
            if (!name.equals(NONE) && !name.equals("seawall") && !name.equals("embedded")) {
                chosen.add(Contestants.named(name));
            } else if (!name.equals(NONE)) {
                for (String method : methods) {
                    chosen.add(Contestants.named(name + ":" + method.toLowerCase(Locale.ROOT)));
                }
            }
        }
        boolean isEvery = peers.contains("all");
        for (Contestant peer : isEvery ? Contestants.of(Contestant.Group.PEER) : named(peers)) {
            if (peer.missing().isEmpty()) {
                chosen.add(peer);
            } else if (isEvery) {
                tell("without " + peer.title() + ": " + peer.missing().get());
            } else {
                throw new ExitCodeException(ExitCode.NOT_FOUND, peer.title() + " cannot take part: "
                        + peer.missing().get());
            }
        }
        chosen.addAll(Contestants.of(Contestant.Group.DISK));
        return chosen;
    }

    private static List<Contestant> named(List<String> names) throws ExitCodeException {
        List<Contestant> found = new ArrayList<>();
        for (String name : names) {
            if (!name.equals(NONE)) {
                found.add(Contestants.named(name));
            }
        }
        return found;
    }

    private List<Load> loads() {
        List<Load> loads = new ArrayList<>();
        for (int size : sizes) {
            for (Load.Kind kind : threads) {
                clients.stream().filter(count -> count > 0)
                        .filter(count -> kind == Load.Kind.VIRTUAL || threads.size() == 1 || count <= 256)
                        .forEach(count -> loads.add(new Load(kind, count, size)));
            }
            windows.stream().filter(count -> count > 0)
                    .forEach(count -> loads.add(new Load(Load.Kind.WINDOW, count, size)));
        }
        largeWindows.stream().filter(count -> count > 0)
                .forEach(count -> loads.add(new Load(Load.Kind.WINDOW, count, LARGE_BYTES)));
        return loads;
    }

    private String heading(Path directory) throws IOException {
        return String.format(Locale.ROOT,
                "%s bytes, %d rounds of %.1f s in turns, medians; %s, %d processors, Java %d%n",
                String.join(", ", sizes.stream().map(String::valueOf).toList()), rounds, seconds,
                Files.getFileStore(directory).type(), Runtime.getRuntime().availableProcessors(),
                Runtime.version().feature());
    }

    private void report(Results results) throws IOException {
        new StandingsTable(results).lines().forEach(this::tell);
        for (Load load : isPlotted ? results.loads() : List.<Load>of()) {
            tell("\n" + load.label() + ", latency");
            new LatencyPlot(results.of(load)).lines().forEach(this::tell);
        }
        Path file = chart;
        if (file != null) {
            Chart virtual = new Chart(results, Load.Kind.VIRTUAL);
            Files.writeString(file, (virtual.isEmpty() ? new Chart(results, Load.Kind.PLATFORM) : virtual).svg());
        }
        if (isJson) {
            System.out.println(Json.of(fields(results)));
        }
    }

    private Map<String, Object> fields(Results results) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("processors", Runtime.getRuntime().availableProcessors());
        fields.put("rounds", rounds);
        fields.put("seconds", seconds);
        fields.put("disk", results.disk().stream().map(standing -> standing.json()).toList());
        fields.put("results", results.loads().stream().flatMap(load -> results.of(load).stream())
                .map(standing -> standing.json()).toList());
        fields.put("ratios", new Ratios(results).all().stream().map(Ratios.Ratio::json).toList());
        fields.put("complaints", results.complaints());
        return fields;
    }

    private void tell(String line) {
        if (!isJson) {
            System.out.println(line);
        }
    }
}
