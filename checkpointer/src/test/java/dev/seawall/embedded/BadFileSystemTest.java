package dev.seawall.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.LogFullException;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.start.ClusterInit;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bad file systems -> outcome, on real ones: a small tmpfs that fills up, a directory that is
/// read-only. A child in a mount namespace of its own meets them, so nothing outside is touched.
class BadFileSystemTest {

    @TempDir
    Path temporary;

    @Test
    void a_full_disk_refuses_commits_loses_none_and_goes_on_when_there_is_space() throws Exception {
        String said = inNamespace("mount -t tmpfs -o size=16m tmpfs " + temporary, "full");
        assertThat(said).contains("refused: no space left for the log").contains("goes on").contains("all there");
    }

    @Test
    void a_read_only_directory_is_a_clear_error() throws Exception {
        Disk disk = new LinuxDisk();
        Seawall.init(disk, new SystemWorld(), temporary.resolve("cluster"),
                ClusterInit.Options.of(4711, new PageLayout(1 << 20)));
        String said = inNamespace("mount --bind " + temporary + " " + temporary
                + " && mount -o remount,bind,ro " + temporary, "open");
        assertThat(said).contains("Read-only file system").contains("seawall.lock");
    }

    private String inNamespace(String mount, String scene) throws Exception {
        List<String> java = new ArrayList<>();
        java.add(System.getProperty("java.home") + "/bin/java");
        java.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        java.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName(),
                temporary.resolve("cluster").toString(), scene));
        String quoted = String.join(" ", java.stream().map(word -> "'" + word + "'").toList());
        Process process = new ProcessBuilder("unshare", "-rm", "sh", "-c", mount + " && exec " + quoted)
                .redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    /// What happens inside.
    static final class Child {

        private final Disk disk = new LinuxDisk();
        private final World world = new SystemWorld();
        private final Path cluster;
        private int committed;

        private Child(Path cluster) {
            this.cluster = cluster;
        }

        public static void main(String[] arguments) throws Exception {
            Child child = new Child(Path.of(arguments[0]));
            switch (arguments[1]) {
                case "full" -> child.fill();
                case "open" -> child.open();
                default -> throw new IllegalArgumentException(arguments[1]);
            }
        }

        private void open() throws IOException {
            try (Seawall seawall = Seawall.open(disk, world, cluster, SeawallOptions.DEFAULT, List.of())) {
                throw new AssertionError("opened " + seawall);
            } catch (IOException e) {
                System.out.println(e.getMessage());
            }
        }

        private void fill() throws Exception {
            Seawall.init(disk, world, cluster, ClusterInit.Options.of(4711, new PageLayout(1 << 20)));
            Path ballast = cluster.resolveSibling("ballast");
            Files.write(ballast, new byte[3 << 20]);
            try (Seawall seawall = Seawall.open(disk, world, cluster, SeawallOptions.DEFAULT, List.of())) {
                untilRefused(seawall);
                Files.delete(ballast);
                commitWhenThereIsSpace(seawall);
                System.out.println("goes on");
            }
            try (Seawall seawall = Seawall.open(disk, world, cluster, SeawallOptions.DEFAULT, List.of())) {
                seawall.redo().awaitApplied(seawall.wal().flushLsn());
                System.out.println("all there: " + seawall.status() + " " + committed);
            }
        }

        private void untilRefused(Seawall seawall) {
            try {
                while (committed < 1_000) {
                    commit(seawall);
                }
                throw new AssertionError("never refused");
            } catch (LogFullException e) {
                System.out.println("refused: " + e.getMessage());
            }
        }

        private void commitWhenThereIsSpace(Seawall seawall) {
            int before = committed;
            long patience = System.nanoTime() + 20_000_000_000L;
            while (committed == before) {
                try {
                    commit(seawall);
                } catch (LogFullException e) {
                    if (System.nanoTime() > patience) {
                        throw e;
                    }
                    world.park(() -> false, 50_000_000);
                }
            }
        }

        private void commit(Seawall seawall) {
            try (Transaction transaction = seawall.begin()) {
                transaction.message("ballast", ByteBuffer.allocate(50_000));
                transaction.commit();
                committed++;
            }
        }
    }
}
