package dev.seawall.tools.walbench.wire;

import dev.seawall.tools.walbench.server.Contender;
import dev.seawall.tools.walbench.server.InstalledPostgres;
import dev.seawall.tools.walbench.server.PgbenchReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One run of pgbench against one server, and the look into the log afterwards: every transaction
/// that pgbench counts must have a COMMIT there that pg_waldump reads.
///
/// A slot keeps the log from before the run.
final class Round {

    static final String SLOT = "walbench";

    private static final Pattern COMMITS = Pattern.compile("(?m)^Transaction/COMMIT\\s+(\\d+)\\s");

    private final InstalledPostgres installed;
    private final Contender contender;
    private final Path script;

    Round(InstalledPostgres installed, Contender contender, Path script) {
        this.installed = installed;
        this.contender = contender;
        this.script = script;
    }

    /// What came of it.
    ///
    /// @param commits in the log
    record Outcome(PgbenchReport report, long commits) {

        /// Null if all is well.
        @Nullable String complaint() {
            if (report.failed() > 0) {
                return report.failed() + " transactions failed";
            }
            return commits < report.transactions() ? "pgbench counts " + report.transactions()
                    + " transactions, and the log has " + commits + " commits" : null;
        }
    }

    /// Waits until the server takes connections, and makes the slot.
    void prepare() throws IOException {
        List<String> ready = installed.command("pg_isready", where(List.of("-t", "1", "-q")));
        for (int tries = 0; InstalledPostgres.run(ready).exitCode() != 0; tries++) {
            contender.checkRunning();
            if (tries == 300) {
                throw new IOException(contender.name() + " does not take connections");
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        sql("select pg_create_physical_replication_slot('" + SLOT + "', true)");
    }

    /// @throws IOException if pgbench gave up a client, the server is gone, or pg_waldump complains
    Outcome run(Load load) throws IOException {
        String begin = sql("select pg_current_wal_insert_lsn()");
        InstalledPostgres.Output output = InstalledPostgres.run(
                installed.command("pgbench", where(load.arguments(script.toString()))));
        contender.checkRunning();
        PgbenchReport report = PgbenchReport.parse(output.orFail("pgbench against " + contender.name()));
        String end = sql("select pg_current_wal_flush_lsn()");
        long commits = commits(begin, end);
        sql("select pg_replication_slot_advance('" + SLOT + "', '" + end + "')");
        return new Outcome(report, commits);
    }

    private long commits(String begin, String end) throws IOException {
        InstalledPostgres.Output dump = InstalledPostgres.run(installed.command("pg_waldump", List.of("-p",
                contender.log().toString(), "-s", begin, "-e", end, "--stats=record")));
        if (!dump.err().isEmpty() && !dump.err().matches("pg_waldump: first record is after \\S+, at \\S+, skipping"
                + " over \\d+ bytes?\n")) {
            throw new IOException("pg_waldump complains about the log of " + contender.name() + "\n" + dump.err());
        }
        return commitsIn(dump.orFail("pg_waldump"));
    }

    /// Of pg_waldump's statistics.
    static long commitsIn(String statistics) {
        Matcher found = COMMITS.matcher(statistics);
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }

    private String sql(String statement) throws IOException {
        List<String> arguments = where(List.of("-X", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", statement));
        return InstalledPostgres.run(installed.command("psql", arguments))
                .orFail(statement + " at " + contender.name()).strip();
    }

    private List<String> where(List<String> arguments) {
        List<String> all = new ArrayList<>(List.of("-h", contender.socketDirectory().toString(), "-p", "5432", "-U",
                contender.user(), "-d", "postgres"));
        all.addAll(arguments);
        return all;
    }
}
