package dev.seawall.walwriter.sender;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// PostgreSQL's pg_receivewal, several of it at a time, on one server.
final class Receivers implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;

    private final Path host;
    private final String user;
    private final Path home;
    private final List<Receiver> started = new ArrayList<>();

    /// @param home where they store what they receive, each in a directory of its own
    Receivers(Path host, String user, Path home) {
        this.host = host;
        this.user = user;
        this.home = home;
    }

    static Receivers of(StreamedLog log) throws IOException {
        return new Receivers(log.served().directory(), "tester", log.beside("received"));
    }

    /// One of them.
    record Receiver(Process process, Path output) {

        String said() throws IOException {
            return Files.readString(output);
        }

        void signal(String name) throws Exception {
            assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor())
                    .isZero();
        }

        int awaitEnd() throws InterruptedException {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        }

        void kill() throws InterruptedException {
            process.destroyForcibly();
            awaitEnd();
        }
    }

    /// Starts one that calls itself `name`, and stores into a directory of that name.
    Receiver start(String name, String... arguments) throws IOException {
        Path directory = Files.createDirectories(home.resolve(name));
        List<String> command = new ArrayList<>(List.of(PostgresPrograms.find("pg_receivewal").toString(), "-v", "-D",
                directory.toString(), "-h", host.toString(), "-U", user, "-d", "application_name=" + name));
        command.addAll(List.of(arguments));
        Path said = home.resolve("said" + started.size());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
        builder.environment().put("LC_ALL", "C");
        Receiver receiver = new Receiver(builder.start(), said);
        started.add(receiver);
        return receiver;
    }

    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for " + what).isLessThan(end);
            Thread.sleep(10);
        }
    }

    @Override
    public void close() {
        started.forEach(receiver -> receiver.process().destroyForcibly());
    }
}
