package dev.seawall.tools.walbench.server;

import dev.seawall.tools.Cleanup;
import dev.seawall.tools.Directories;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.walbench.contest.Contestant;
import dev.seawall.tools.walbench.contest.Entry;
import dev.seawall.tools.walbench.load.Load;
import dev.seawall.tools.walbench.load.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A PostgreSQL server under pgbench, as one of those that `walbench peers` measures.
///
/// Durable: `fsync` and `synchronous_commit` are on, as they are by default. Memory and checkpoints are set so that
/// neither is in the way. Its committers are connections, and pgbench's threads and the server share the processors:
/// that is how it is used. A window is one transaction of as many rows.
final class PostgresContestant implements Contestant {

    /// Each is a process of the server's.
    private static final int MOST_CONNECTIONS = 256;
    private static final long MOST_TRANSACTION_BYTES = 256L << 20;
    private static final List<String> SETTINGS = List.of("shared_buffers = 256MB", "wal_buffers = 16MB",
            "max_wal_size = 8GB", "checkpoint_timeout = 1h", "autovacuum = off");

    private final Statement statement;

    /// What a transaction does.
    enum Statement {
        /// Logs a message: all of it is log.
        MESSAGE("postgresql", "message",
                "select count(pg_logical_emit_message(true, 'x', repeat('a', %d))) from generate_series(1, %d)"),
        /// Inserts rows into a table without an index.
        INSERT("postgresql-insert", "insert",
                "insert into walbench select repeat('a', %d) from generate_series(1, %d)");

        private final String contestant;
        private final String what;
        private final String sql;

        Statement(String contestant, String what, String sql) {
            this.contestant = contestant;
            this.what = what;
            this.sql = sql;
        }

        String sql(int bytes, int rows) {
            return String.format(sql, bytes, rows);
        }
    }

    PostgresContestant(Statement statement) {
        this.statement = statement;
    }

    @Override
    public String name() {
        return statement.contestant;
    }

    @Override
    public String title() {
        return "PostgreSQL through pgbench, " + statement.what;
    }

    @Override
    public Group group() {
        return Group.PEER;
    }

    @Override
    public Optional<String> missing() {
        try {
            InstalledPostgres.find(null);
            return Optional.empty();
        } catch (ExitCodeException | IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public boolean runs(Load load) {
        return switch (load.kind()) {
            case PLATFORM -> load.count() <= MOST_CONNECTIONS;
            case WINDOW -> (long) load.count() * load.bytes() <= MOST_TRANSACTION_BYTES;
            case VIRTUAL, DISK -> false;
        };
    }

    @Override
    public Entry open(Path directory, int bytes) throws Exception {
        InstalledPostgres installed = InstalledPostgres.find(null);
        Cleanup cleanup = new Cleanup();
        try {
            // A socket's path has 107 bytes at most, and the directory's may be long.
            Path sockets = Files.createTempDirectory("walbench");
            cleanup.add(() -> Directories.remove(sockets));
            Files.setPosixFilePermissions(sockets, PosixFilePermissions.fromString("rwxr-xr-x"));
            PostgresContender server = new PostgresContender(installed,
                    Files.createDirectory(directory.resolve("postgresql")),
                    Files.createDirectory(sockets.resolve("p")));
            cleanup.add(server::close);
            server.start(MOST_CONNECTIONS + 44, SETTINGS);
            return new Running(new Pgbench(installed, server, directory), bytes, cleanup);
        } catch (Throwable t) {
            cleanup.close();
            throw t;
        }
    }

    private final class Running implements Entry {

        private final Pgbench pgbench;
        private final int bytes;
        private final Cleanup cleanup;

        Running(Pgbench pgbench, int bytes, Cleanup cleanup) throws IOException {
            this.pgbench = pgbench;
            this.bytes = bytes;
            this.cleanup = cleanup;
            pgbench.sql("create table walbench (content text)");
        }

        @Override
        public Measurement run(Load load, Duration warmUp, Duration time) throws IOException {
            boolean isWindow = load.kind() == Load.Kind.WINDOW;
            String sql = statement.sql(bytes, isWindow ? load.count() : 1);
            int clients = isWindow ? 1 : load.count();
            if (!warmUp.isZero()) {
                pgbench.warmUp(sql, clients, warmUp);
            }
            // A large transaction that is not done when the time is over does not count.
            return pgbench.run(sql, clients, isWindow ? time.plusSeconds(1) : time).measurement(load);
        }

        @Override
        public void close() throws IOException {
            cleanup.close();
        }
    }
}
