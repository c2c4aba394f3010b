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

/// PostgreSQL's pg_receivewal, several of it at a time, on one log.
final class Receivers implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;

    private final StreamedLog log;
    private final List<Receiver> started = new ArrayList<>();

    Receivers(StreamedLog log) {
        this.log = log;
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
    }

    /// Starts one that stores into `directory`.
    Receiver start(String directory, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(PostgresPrograms.find("pg_receivewal").toString(), "-v", "-D",
                log.beside(directory).toString(), "-h", log.served().directory().toString(), "-U", "tester"));
        command.addAll(List.of(arguments));
        Path said = log.beside("said").resolve("receiver" + started.size());
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
