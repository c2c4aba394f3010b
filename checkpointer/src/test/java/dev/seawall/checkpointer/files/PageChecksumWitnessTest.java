package dev.seawall.checkpointer.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.checkpointer.pages.MadeRecords;
import dev.seawall.checkpointer.pages.PageStore;
import dev.seawall.checkpointer.pages.PageStoreOptions;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.witness.PostgresPrograms;
import dev.seawall.witness.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// PostgreSQL's own programs judge the pages that we write, and we those that it wrote.
final class PageChecksumWitnessTest {

    @Test
    void pg_checksums_finds_every_page_of_ours_right() throws IOException {
        try (PostgresServer server = PostgresServer.create("--data-checksums")) {
            Path base = server.data().resolve("base");
            RelationId relation = new RelationId(1663, 5, 99000);
            writePages(base, relation);
            PostgresPrograms.giveAway(base);

            PostgresPrograms.Output verdict = check(server);

            assertThat(verdict.err() + verdict.out()).contains("Bad checksums:  0");
            assertThat(verdict.exitCode()).isZero();

            // And it has looked: one wrong bit in the relation's second file.
            flipBit(base.resolve("5/99000.1"), 8192 + 4000);
            assertThat(check(server).exitCode()).isEqualTo(1);
        }
    }

    private static PostgresPrograms.Output check(PostgresServer server) {
        return PostgresPrograms.runUnprivileged("pg_checksums",
                List.of("--check", "-D", server.data().toString()));
    }

    private static void writePages(Path base, RelationId relation) throws IOException {
        // The page store's files are a base/ of their own, moved into the server's afterwards.
        Path own = Files.createTempDirectory("seawall-base");
        try (PageStore store = new PageStore(new PageStoreOptions(64, 8, 4, 256 << 10))) {
            store.open(new LinuxDisk(), own, new SystemWorld());
            Random random = new Random(11);
            long end = 1 << 24;
            for (int block : new int[] {0, 1, 2, 3, 100, 131072, 131073}) {
                byte[] content = new byte[8000];
                random.nextBytes(content);
                end += 16384;
                MadeRecords.redo(store, MadeRecords.emptyPages(end, relation, block, 1),
                        MadeRecords.delta(end + 8192, relation, block, 100, content));
            }
            store.checkpoint();
        }
        for (String file : List.of("99000", "99000.1")) {
            Files.copy(own.resolve("5/" + file), base.resolve("5/" + file));
        }
        delete(own);
    }

    private static void flipBit(Path file, long offset) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            channel.write(one.put(0, (byte) (one.get(0) ^ 1)).flip(), offset);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            paths.sorted(java.util.Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @Test
    void every_page_that_a_real_server_wrote_has_the_checksum_we_compute() throws IOException {
        PageChecksum checksum = new PageChecksum();
        int pages = 0;
        try (PostgresServer server = PostgresServer.create("--data-checksums");
             Stream<Path> paths = Files.list(server.data().resolve("base/5"))) {
            for (Path path : paths.toList()) {
                RelationFile file = RelationFile.parse("5", path.getFileName().toString());
                if (file == null) {
                    continue;
                }
                byte[] content = Files.readAllBytes(path);
                for (int block = 0; block < content.length / DataPage.BYTES; block++) {
                    ByteBuffer page = ByteBuffer.wrap(content, block * DataPage.BYTES, DataPage.BYTES)
                            .slice().order(ByteOrder.LITTLE_ENDIAN);
                    if (!DataPage.isNew(page)) {
                        assertThat(checksum.of(page, block)).as("%s block %d", path, block)
                                .isEqualTo(DataPage.checksum(page));
                        assertThat(DataPage.isSane(page)).isTrue();
                        pages++;
                    }
                }
            }
        }
        assertThat(pages).isGreaterThan(500);
    }
}
