package dev.seawall.tools.walbench.wire;

import dev.seawall.tools.Cleanup;
import dev.seawall.tools.Directories;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.Json;
import dev.seawall.tools.Progress;
import dev.seawall.tools.walbench.server.InstalledPostgres;
import dev.seawall.tools.walbench.server.PgbenchReport;
import dev.seawall.tools.walbench.server.PostgresContender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `walbench wire`: pgbench against Seawall's daemons and against PostgreSQL, on one disk, in turns.
@Command(name = "wire", mixinStandardHelpOptions = true,
        description = {
            "Runs pgbench against Seawall and against PostgreSQL 15, on one disk, in turns.",
            "",
            "Makes a new cluster of each, with the settings that each has by default but for the number of "
                + "connections (syncs are on), starts PostgreSQL and Seawall's three daemons, and lets pgbench run",
            "    " + Load.STATEMENT,
            "over the Unix socket of one and then of the other, with the same protocol, clients and threads. The "
                + "table has the medians of all rounds, and how many times PostgreSQL's transactions a second Seawall "
                + "reached.",
            "",
            "After each run pg_waldump reads what the run has logged, and finds a COMMIT for each transaction that "
                + "pgbench counts. Ends with 3 if one is missing, or if a transaction failed."},
        footer = {"", "Examples:",
            "  walbench wire                             the whole table on the disk of $TMPDIR or /tmp",
            "  walbench wire -D /var/lib -M simple -c 1,64 -r 5",
            "                                            on the disk that counts, a part of it, more rounds",
            "  walbench wire --json > table.json",
            "",
            "As root, PostgreSQL's server runs as the user postgres, who must be able to enter DIR. All that is made "
                + "is removed at the end, also after an interrupt."})
public final class WireCommand implements Callable<ExitCode> {

    @Option(names = {"-D", "--directory"}, paramLabel = "DIR",
            description = "Where to make the clusters, which are removed afterwards. Without it: $TMPDIR or /tmp.")
    private @Nullable Path parent;

    @Option(names = {"-M", "--protocol"}, split = ",", paramLabel = "KIND", defaultValue = "SIMPLE,EXTENDED,PREPARED",
            description = "How statements are sent: simple, extended, prepared; default: all three.")
    private List<Load.Protocol> protocols = List.of();

    @Option(names = {"-c", "--clients"}, split = ",", paramLabel = "N", defaultValue = "1,2,8,32,64,128,256",
            description = "Connections at a time; default: ${DEFAULT-VALUE}.")
    private List<Integer> clients = List.of();

    @Option(names = {"-j", "--jobs"}, paramLabel = "N", defaultValue = "0",
            description = "Threads of pgbench; default: as many as there are processors.")
    private int jobs;

    @Option(names = {"-T", "--time"}, paramLabel = "SECONDS", defaultValue = "5",
            description = "How long each run is; default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = {"-r", "--rounds"}, paramLabel = "N", defaultValue = "3",
            description = "Runs of each load, whose median counts; default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = {"-w", "--warm-up"}, paramLabel = "SECONDS", defaultValue = "10",
            description = "Of each server before the first round; 0: none; default: ${DEFAULT-VALUE}.")
    private int warmUp;

    @Option(names = "--bindir", paramLabel = "DIR",
            description = "PostgreSQL's programs. Without it: as pg_config says, or where distributions put them.")
    private @Nullable Path binaries;

    @Option(names = "--json", description = "Print one JSON object instead of the table.")
    private boolean isJson;

    private final List<String> complaints = new ArrayList<>();

    @Override
    public ExitCode call() throws Exception {
        if (rounds < 1 || seconds < 1 || warmUp < 0 || jobs < 0 || clients.stream().anyMatch(count -> count < 1)) {
            throw new ExitCodeException(ExitCode.USAGE, "rounds, seconds and clients must be at least 1");
        }
        InstalledPostgres installed = InstalledPostgres.find(binaries);
        List<Comparison> comparisons = loads().stream().map(Comparison::new).toList();
        try (Cleanup cleanup = new Cleanup()) {
            compare(installed, cleanup, comparisons);
        }
        if (isJson) {
            System.out.println(Json.of(fields(installed, comparisons)));
        }
        complaints.forEach(complaint -> System.err.println("walbench wire: " + complaint));
        return complaints.isEmpty() ? ExitCode.DONE : ExitCode.CORRUPT;
    }

    private List<Load> loads() {
        int threads = jobs == 0 ? Runtime.getRuntime().availableProcessors() : jobs;
        List<Load> loads = new ArrayList<>();
        for (Load.Protocol protocol : protocols) {
            for (int count : clients) {
                loads.add(new Load(protocol, count, threads, seconds));
            }
        }
        return loads;
    }

    private void compare(InstalledPostgres installed, Cleanup cleanup, List<Comparison> comparisons) throws Exception {
        Path home = directory(cleanup, parent);
        // Beside it: a socket's path has 107 bytes at most, and DIR may be long.
        Path sockets = directory(cleanup, null);
        Path script = Files.writeString(sockets.resolve("script.sql"), Load.STATEMENT + "\n");
        heading(installed, home);
        int maxConnections = clients.stream().mapToInt(Integer::intValue).max().orElse(0) + 44;
        PostgresContender postgres = new PostgresContender(installed, Files.createDirectory(home.resolve("postgresql")),
                Files.createDirectory(sockets.resolve("p")));
        SeawallContender seawall = new SeawallContender(Files.createDirectory(home.resolve("seawall")),
                Files.createDirectory(sockets.resolve("s")));
        // Before they are started: an interrupt may come at any time.
        cleanup.add(postgres::close);
        cleanup.add(seawall::close);
        postgres.start(maxConnections);
        seawall.start(maxConnections);
        Round ofPostgres = new Round(installed, postgres, script);
        Round ofSeawall = new Round(installed, seawall, script);
        ofPostgres.prepare();
        ofSeawall.prepare();
        measure(ofPostgres, ofSeawall, comparisons);
        comparisons.forEach(comparison -> tell(comparison.row()));
    }

    /// One that a server of another user's may enter.
    private static Path directory(Cleanup cleanup, @Nullable Path parent) throws IOException {
        Path directory = (parent == null ? Files.createTempDirectory("walbench")
                : Files.createTempDirectory(parent, "walbench")).toAbsolutePath();
        cleanup.add(() -> Directories.remove(directory));
        return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    }

    private void measure(Round ofPostgres, Round ofSeawall, List<Comparison> comparisons) throws IOException {
        long total = 2L * warmUp * protocols.size() + 2L * rounds * seconds * comparisons.size();
        long done = 0;
        try (Progress progress = new Progress(System.err, "measuring", total)) {
            progress.at(0);
            for (Load.Protocol protocol : warmUp == 0 ? List.<Load.Protocol>of() : protocols) {
                Load load = new Load(protocol, Math.min(32, clients.getLast()), jobs == 0 ? 1 : jobs, warmUp);
                note(ofPostgres.run(load), load);
                note(ofSeawall.run(load), load);
                done += 2L * warmUp;
                progress.at(done);
            }
            for (int round = 0; round < rounds; round++) {
                for (Comparison comparison : comparisons) {
                    Load load = comparison.load();
                    // In turns who is first: a disk that grows slower is so for both.
                    PgbenchReport early = note((round % 2 == 0 ? ofPostgres : ofSeawall).run(load), load);
                    PgbenchReport late = note((round % 2 == 0 ? ofSeawall : ofPostgres).run(load), load);
                    comparison.add(round % 2 == 0 ? early : late, round % 2 == 0 ? late : early);
                    done += 2L * seconds;
                    progress.at(done);
                }
            }
        }
    }

    private PgbenchReport note(Round.Outcome outcome, Load load) {
        String complaint = outcome.complaint();
        if (complaint != null) {
            complaints.add(load.protocol().lowerCase() + ", " + load.clients() + " clients: " + complaint);
        }
        return outcome.report();
    }

    private void heading(InstalledPostgres installed, Path home) throws IOException {
        tell("pgbench -n, " + Load.STATEMENT);
        tell(String.format(Locale.ROOT, "%d rounds of %d s in turns, medians; %s on %s, %d processors", rounds, seconds,
                installed.version(), Files.getFileStore(home).type(), Runtime.getRuntime().availableProcessors()));
        tell("");
        tell(Comparison.HEADING);
    }

    private Map<String, Object> fields(InstalledPostgres installed, List<Comparison> comparisons) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("statement", Load.STATEMENT);
        fields.put("postgresql", installed.version());
        fields.put("processors", Runtime.getRuntime().availableProcessors());
        fields.put("rounds", rounds);
        fields.put("seconds", seconds);
        fields.put("loads", comparisons.stream().map(Comparison::json).toList());
        fields.put("complaints", complaints);
        return fields;
    }

    private void tell(String line) {
        if (!isJson) {
            System.out.println(line);
        }
    }
}
