package dev.seawall.tools.walbench.server;

import dev.seawall.tools.walbench.load.Load;
import dev.seawall.tools.walbench.load.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/// pgbench against a running server, with the time of each transaction, and psql for what else there is to ask.
final class Pgbench {

    private final InstalledPostgres installed;
    private final Contender server;
    private final Path directory;
    private int runs;

    /// @param directory for scripts and logs
    Pgbench(InstalledPostgres installed, Contender server, Path directory) {
        this.installed = installed;
        this.server = server;
        this.directory = directory;
    }

    /// What came of a run.
    ///
    /// @param logBytes how far the log grew
    /// @param latency  of each transaction
    record Run(PgbenchReport report, Duration time, long logBytes, Histogram latency) {

        /// A window is one transaction of as many records.
        Measurement measurement(Load load) throws IOException {
            if (report.failed() > 0) {
                throw new IOException(report.failed() + " transactions of pgbench failed");
            }
            int records = load.kind() == Load.Kind.WINDOW ? load.count() : 1;
            // pgbench's own time, which begins when all are connected and ends with the last.
            Duration elapsed = Duration.ofNanos((long) (report.transactions() / report.transactionsASecond() * 1e9));
            return new Measurement(load, report.transactions() * records, elapsed, logBytes, latency);
        }
    }

    /// Runs a statement over and over, prepared, for whole seconds, one at least.
    Run run(String sql, int clients, Duration time) throws IOException {
        long begin = position();
        Path log = directory.resolve("pgbench-" + ++runs);
        PgbenchReport report = PgbenchReport.parse(execute(sql, clients, time, log));
        return new Run(report, Duration.ofSeconds(seconds(time)), position() - begin, latency(log));
    }

    /// The same, unmeasured. Many clients may not all be connected when it is over: then nobody has done anything.
    void warmUp(String sql, int clients, Duration time) throws IOException {
        execute(sql, clients, time, directory.resolve("pgbench-" + ++runs));
    }

    private String execute(String sql, int clients, Duration time, Path log) throws IOException {
        Path script = Files.writeString(directory.resolve("script.sql"), sql + "\n");
        Files.createDirectory(log);
        int jobs = Math.min(clients, Runtime.getRuntime().availableProcessors());
        InstalledPostgres.Output output = InstalledPostgres.run(installed.command("pgbench", where(List.of(
                "-n", "-M", "prepared", "-f", script.toString(), "-c", String.valueOf(clients), "-j",
                String.valueOf(jobs), "-T", String.valueOf(seconds(time)), "-l", "--log-prefix",
                log.resolve("log").toString()))));
        server.checkRunning();
        return output.orFail("pgbench against " + server.name());
    }

    private static long seconds(Duration time) {
        return Math.max(1, (time.toMillis() + 999) / 1000);
    }

    private long position() throws IOException {
        return (long) Double.parseDouble(sql("select pg_current_wal_insert_lsn() - '0/0'"));
    }

    /// Of pgbench's logs: client, number, microseconds, and more.
    private static Histogram latency(Path directory) throws IOException {
        Histogram latency = Measurement.newHistogram();
        try (Stream<Path> logs = Files.list(directory)) {
            for (Path log : logs.toList()) {
                try (Stream<String> lines = Files.lines(log)) {
                    lines.forEach(line -> latency.recordValue(1000 * microseconds(line)));
                }
            }
        }
        return latency;
    }

    /// @throws IllegalArgumentException if it is no line of a pgbench log
    static long microseconds(String line) {
        String[] fields = line.split(" ");
        if (fields.length < 6) {
            throw new IllegalArgumentException("pgbench logged \"" + line + "\"");
        }
        return Long.parseLong(fields[2]);
    }

    String sql(String statement) throws IOException {
        List<String> arguments = List.of("-X", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", statement);
        return InstalledPostgres.run(installed.command("psql", where(arguments))).orFail(statement).strip();
    }

    private List<String> where(List<String> arguments) {
        List<String> all = new ArrayList<>(List.of("-h", server.socketDirectory().toString(), "-p", "5432", "-U",
                server.user(), "-d", "postgres"));
        all.addAll(arguments);
        return all;
    }
}
