package dev.seawall.tools.torture;

import dev.seawall.embedded.Seawall;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.settings.Settings;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.Wal;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/// The process that is killed: opens the cluster, says what it found, and commits until it dies.
///
/// ```
/// recovered 17 4 23 ...     each committer's last transaction
/// acknowledged 2 24         committer 2's transaction 24 is durable
/// ```
final class TortureCommitter {

    private static final int MOST_MESSAGE_BYTES = 20_000;
    private static final int ONE_IN_ABORTS = 5;

    private final Wal wal;
    private final PrintStream out;
    private final long seed;

    private TortureCommitter(Wal wal, PrintStream out, long seed) {
        this.wal = wal;
        this.out = out;
        this.seed = seed;
    }

    /// Arguments: directory, number of committers, seed.
    public static void main(String[] args) throws Exception {
        int committers = Integer.parseInt(args[1]);
        Disk disk = new LinuxDisk();
        Path directory = Path.of(args[0]);
        Settings settings = Settings.load(disk, directory, Map.of(), Map.of());
        SeawallOptions options = SeawallOptions.of(settings, directory);
        try (Seawall seawall = Seawall.open(disk, new SystemWorld(), directory, options)) {
            long[] last = new long[committers];
            StringBuilder recovered = new StringBuilder("recovered");
            for (int committer = 0; committer < committers; committer++) {
                last[committer] = Slots.read(seawall, committer);
                recovered.append(' ').append(last[committer]);
            }
            System.out.println(recovered);
            System.out.flush();
            Slots.create(seawall.wal(), committers);
            new TortureCommitter(seawall.wal(), System.out, Long.parseLong(args[2])).commit(last);
        }
    }

    static long[] parseRecovered(String line) {
        String[] words = line.split(" ");
        if (!words[0].equals("recovered")) {
            throw new IllegalStateException("unexpected line of the committing process: " + line);
        }
        long[] numbers = new long[words.length - 1];
        for (int at = 0; at < numbers.length; at++) {
            numbers[at] = Long.parseLong(words[at + 1]);
        }
        return numbers;
    }

    /// Commits until killed. Ends when the parent closes our input, or is dead; throws when a commit
    /// fails.
    private void commit(long[] last) throws Exception {
        CompletableFuture<Integer> end = new CompletableFuture<>();
        for (int committer = 0; committer < last.length; committer++) {
            int which = committer;
            Thread.ofPlatform().daemon().name("committer-" + which).start(() -> {
                try {
                    commit(which, last[which]);
                } catch (Throwable t) {
                    end.completeExceptionally(t);
                }
            });
        }
        Thread.ofPlatform().daemon().name("parent-watch").start(() -> {
            try {
                end.complete(System.in.read());
            } catch (IOException e) {
                end.completeExceptionally(e);
            }
        });
        end.get();
    }

    private void commit(int committer, long last) {
        Random random = new Random(seed + committer);
        for (long number = last + 1; ; number++) {
            while (random.nextInt(ONE_IN_ABORTS) == 0) {
                try (Transaction aborted = wal.begin()) {
                    fill(aborted, committer, Slots.ABORTED + number, random);
                }
            }
            try (Transaction transaction = wal.begin()) {
                fill(transaction, committer, number, random);
                transaction.commit();
            }
            synchronized (out) {
                out.println("acknowledged " + committer + " " + number);
                out.flush();
            }
        }
    }

    private static void fill(Transaction transaction, int committer, long number, Random random) {
        if (random.nextBoolean()) {
            byte[] content = new byte[random.nextInt(MOST_MESSAGE_BYTES)];
            random.nextBytes(content);
            transaction.message("torture", ByteBuffer.wrap(content));
        }
        Slots.write(transaction, committer, number);
    }
}
