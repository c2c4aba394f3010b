package dev.seawall.tools.walbench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;

/// A new PostgreSQL server, as initdb configures it but for the connections it takes.
public final class PostgresContender implements Contender {

    private final InstalledPostgres installed;
    private final Path home;
    private final Path data;
    private final Path sockets;
    private final Path serverLog;

    /// @param home    where to make it, on the disk that counts
    /// @param sockets where to put its socket: a short path
    public PostgresContender(InstalledPostgres installed, Path home, Path sockets) {
        this.installed = installed;
        this.home = home;
        this.data = home.resolve("data");
        this.sockets = sockets;
        this.serverLog = home.resolve("server.log");
    }

    /// Makes it and starts it.
    public void start(int maxConnections) throws IOException {
        start(maxConnections, List.of());
    }

    /// Makes it and starts it, with more lines of postgresql.conf.
    void start(int maxConnections, List<String> settings) throws IOException {
        giveAway(home);
        giveAway(sockets);
        run("initdb", "-D", data.toString(), "-U", InstalledPostgres.USER, "-A", "trust", "--no-locale",
                "--encoding=UTF8");
        Files.writeString(data.resolve("postgresql.conf"), String.join("\n", "listen_addresses = ''",
                "unix_socket_directories = '" + sockets + "'", "max_connections = " + maxConnections,
                String.join("\n", settings), ""), StandardOpenOption.APPEND);
        try {
            run("pg_ctl", "-D", data.toString(), "-w", "-s", "-l", serverLog.toString(), "start");
        } catch (IOException e) {
            throw new IOException(e.getMessage() + lastWords(), e);
        }
    }

    private static void giveAway(Path directory) throws IOException {
        if (InstalledPostgres.isRoot()) {
            UserPrincipal owner = directory.getFileSystem().getUserPrincipalLookupService()
                    .lookupPrincipalByName(InstalledPostgres.USER);
            Files.setOwner(directory, owner);
        }
    }

    private void run(String program, String... arguments) throws IOException {
        InstalledPostgres.run(installed.unprivileged(program, new ArrayList<>(List.of(arguments)))).orFail(program);
    }

    private String lastWords() throws IOException {
        return Files.exists(serverLog) ? Files.readString(serverLog) : "";
    }

    @Override
    public String name() {
        return "PostgreSQL";
    }

    @Override
    public Path socketDirectory() {
        return sockets;
    }

    @Override
    public String user() {
        return InstalledPostgres.USER;
    }

    @Override
    public Path log() {
        return data.resolve("pg_wal");
    }

    @Override
    public void checkRunning() throws IOException {
        if (!Files.exists(data.resolve("postmaster.pid"))) {
            throw new IOException("PostgreSQL has ended\n" + lastWords());
        }
    }

    @Override
    public void close() throws IOException {
        if (Files.exists(data.resolve("postmaster.pid"))) {
            run("pg_ctl", "-D", data.toString(), "-w", "-s", "-m", "fast", "stop");
        }
    }
}
