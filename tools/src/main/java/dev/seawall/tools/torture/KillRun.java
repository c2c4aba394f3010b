package dev.seawall.tools.torture;

import dev.seawall.tools.Progress;
import dev.seawall.tools.child.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/// One run: start the committing process, let it work for a random while, SIGKILL, start it again,
/// and compare what it found with what it had acknowledged. Some of the kills hit the recovery.
final class KillRun {

    /// What became of a run.
    ///
    /// @param kills          how often the process was killed, once recovered
    /// @param killsInStart   how often before it had recovered
    /// @param acknowledged   commits that were acknowledged, and are there
    /// @param unacknowledged commits that are there although the kill came before their acknowledgement
    record Outcome(int kills, int killsInStart, long acknowledged, long unacknowledged) {}

    private static final int COMMITTERS = 8;

    private final Path directory;
    private final Random random;
    private final int mostMillis;
    private final Tally tally = new Tally(COMMITTERS);
    private int killsInStart;
    private long unacknowledged;

    /// @param directory  of a cluster
    /// @param mostMillis how long a process may commit before it is killed
    KillRun(Path directory, long seed, int mostMillis) {
        this.directory = directory;
        this.random = new Random(seed);
        this.mostMillis = mostMillis;
    }

    /// @throws IllegalStateException if anything acknowledged is missing, anything aborted or half is
    ///         there, or a process ended by itself
    Outcome run(int kills, Progress progress) throws IOException {
        for (int killed = 0; killed < kills; killed++) {
            if (random.nextInt(6) == 0) {
                killWhileStarting();
            }
            workAndKill();
            progress.at(killed);
        }
        try (ChildJvm last = start()) {
            compare(last);
        }
        return new Outcome(kills, killsInStart, tally.total(), unacknowledged);
    }

    private ChildJvm start() throws IOException {
        return ChildJvm.start(TortureCommitter.class,
                List.of(directory.toString(), String.valueOf(COMMITTERS), String.valueOf(random.nextLong())));
    }

    /// A process that is killed while it starts acknowledges nothing; it must not spoil anything
    /// either, which the next one finds out.
    private void killWhileStarting() throws IOException {
        try (ChildJvm child = start()) {
            LockSupport.parkNanos(random.nextLong(50_000_000L, 700_000_000L));
            child.kill();
            killsInStart++;
            Optional<String> recovered = child.readLine();
            if (recovered.isPresent()) {
                // It was faster than the kill.
                unacknowledged += tally.recovered(TortureCommitter.parseRecovered(recovered.get()));
                readAcknowledgements(child);
            }
        }
    }

    private void workAndKill() throws IOException {
        try (ChildJvm child = start()) {
            compare(child);
            long until = System.nanoTime() + random.nextLong(1_000_000L, mostMillis * 1_000_000L);
            Thread killer = Thread.ofPlatform().daemon().name("torture-killer").start(() -> {
                while (System.nanoTime() < until) {
                    LockSupport.parkNanos(until - System.nanoTime());
                }
                child.kill();
            });
            readAcknowledgements(child);
            int code = child.await();
            killer.interrupt();
            if (code != ChildJvm.KILLED) {
                throw new IllegalStateException("the committing process ended by itself with exit code " + code);
            }
        }
    }

    private void compare(ChildJvm child) throws IOException {
        String line = child.readLine().orElseThrow(() -> new IllegalStateException(
                "the committing process did not recover: exit code " + child.await()));
        unacknowledged += tally.recovered(TortureCommitter.parseRecovered(line));
    }

    /// Until its output ends, that is, its death: what is in the pipe was acknowledged.
    private void readAcknowledgements(ChildJvm child) throws IOException {
        for (Optional<String> line = child.readLine(); line.isPresent(); line = child.readLine()) {
            String[] words = line.get().split(" ");
            tally.acknowledge(Integer.parseInt(words[1]), Long.parseLong(words[2]));
        }
    }
}
