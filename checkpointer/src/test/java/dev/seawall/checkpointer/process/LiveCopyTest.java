package dev.seawall.checkpointer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.checkpointer.pages.PageStoreOptions;
import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.cluster.Checkpointing.FileCopy;
import dev.seawall.walwriter.cluster.Checkpointing.Held;
import dev.seawall.walwriter.cluster.NotConnectedException;
import dev.seawall.walwriter.cluster.OnlineBackup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Data files copied over the link while they change, as a base backup is taken.
final class LiveCopyTest {

    private final SplittableRandom random = new SplittableRandom(6);
    private TwoProcesses rig;
    private ServedWalwriter in;

    @BeforeEach
    void create() throws Exception {
        rig = new TwoProcesses();
        // So small that redo writes pages all the time.
        rig.startProcess(new PageStoreOptions(PageStoreOptions.CACHE_PAGES_MIN, 4, 4, 0));
        in = rig.openWalwriter();
        rig.awaitConnected();
        rig.commitSome(in, random, 100);
    }

    @AfterEach
    void clean() throws Exception {
        rig.close();
    }

    private OnlineBackup begin() throws IOException {
        return OnlineBackup.begin(in.wal(), in.checkpointing(),
                new OnlineBackup.Place(rig.disk, rig.world, rig.cluster), "copy", true, () -> { });
    }

    /// A page at a time, with commits in between.
    private void copy(FileCopy files, List<FileCopy.Entry> entries, Path to) throws IOException {
        for (FileCopy.Entry entry : entries) {
            Path path = to.resolve(entry.path());
            Files.createDirectories(path.getParent());
            try (FileChannel file =
                    FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                for (long at = 0; at < entry.size(); at += 8192) {
                    ByteBuffer piece = ByteBuffer.allocate((int) Math.min(8192, entry.size() - at));
                    files.read(entry.path(), at, piece);
                    file.write(piece.flip());
                    rig.commitSome(in, random, 1);
                }
            }
        }
    }

    private Path completed(Path copy) throws IOException {
        TwoProcesses.copy(rig.cluster.resolve("global"), copy.resolve("global"));
        TwoProcesses.copy(rig.cluster.resolve("pg_wal"), copy.resolve("pg_wal"));
        return copy;
    }

    @Test
    void redo_page_reads_and_checkpoints_go_on_while_files_are_copied() throws Exception {
        Path copy = rig.temporary.resolve("copy");
        try (OnlineBackup backup = begin(); FileCopy files = in.checkpointing().copyFiles(backup.start())) {
            copy(files, files.relations(), copy);
            rig.verify(in);
            Lsn meanwhile = in.checkpointing().checkpoint(true).redo();
            assertThat(meanwhile).isGreaterThan(backup.start());

            List<FileCopy.Entry> others = files.others();
            rig.commitSome(in, random, 100);
            assertThat(in.checkpointing().checkpoint(true).redo()).as("engines are left out")
                    .isBetween(meanwhile, in.wal().flushLsn());
            copy(files, others, copy);
            rig.verify(in);
            assertThat(backup.end()).isGreaterThan(meanwhile);
        }

        rig.verifyEmbedded(completed(copy));
        Lsn before = in.wal().flushLsn();
        assertThat(in.checkpointing().checkpoint(true).redo()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void several_copies_at_once_are_each_whole() throws Exception {
        Path one = rig.temporary.resolve("one");
        Path other = rig.temporary.resolve("other");
        try (OnlineBackup first = begin(); FileCopy files = in.checkpointing().copyFiles(first.start())) {
            List<FileCopy.Entry> relations = files.relations();
            List<FileCopy.Entry> ofFirst;
            try (OnlineBackup second = begin(); FileCopy more = in.checkpointing().copyFiles(second.start())) {
                assertThat(second.start()).isGreaterThan(first.start());
                copy(more, more.relations(), other);
                copy(files, relations, one);
                ofFirst = files.others();
                copy(more, more.others(), other);
            }
            in.checkpointing().checkpoint(true);
            copy(files, ofFirst, one);
        }

        rig.verifyEmbedded(completed(one));
        rig.verifyEmbedded(completed(other));
    }

    /// Its redo point is the last checkpoint's then, for there can be no other.
    @Test
    void files_that_somebody_holds_can_be_copied_by_others() throws Exception {
        Path copy = rig.temporary.resolve("copy");
        Held held = in.checkpointing().holdFiles(true);
        try (OnlineBackup backup = begin(); FileCopy files = in.checkpointing().copyFiles(backup.start())) {
            assertThat(backup.start()).isEqualTo(held.report().redo());
            copy(files, files.relations(), copy);
            copy(files, files.others(), copy);
        }
        held.release();

        rig.verifyEmbedded(completed(copy));
    }

    @Test
    void a_checkpointer_that_goes_away_makes_the_copy_void_and_the_next_one_copies_again() throws Exception {
        OnlineBackup backup = begin();
        FileCopy files = in.checkpointing().copyFiles(backup.start());
        String relation = files.relations().getFirst().path();
        files.others();
        rig.closeProcess();
        rig.startProcess();
        rig.awaitConnected();

        assertThatThrownBy(() -> files.read(relation, 0, ByteBuffer.allocate(8192)))
                .isInstanceOf(NotConnectedException.class).hasMessageContaining("went away");
        files.close();
        backup.close();

        Path copy = rig.temporary.resolve("copy");
        try (OnlineBackup next = begin(); FileCopy again = in.checkpointing().copyFiles(next.start())) {
            copy(again, again.relations(), copy);
            copy(again, again.others(), copy);
        }
        rig.verifyEmbedded(completed(copy));
    }

    @Test
    void what_makes_no_sense_is_refused_and_the_link_goes_on() throws Exception {
        FileCopy files = in.checkpointing().copyFiles(in.wal().redoPoint());

        assertThatThrownBy(() -> files.read("base/../global/pg_control", 0, ByteBuffer.allocate(8192)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no pages to copy");
        assertThatThrownBy(() -> files.read("base/5/16384", 0, ByteBuffer.allocate(FileCopy.PIECE_BYTES + 8192)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("piece of");
        assertThatThrownBy(() -> files.read("base/engines/ledger/x", 0, ByteBuffer.allocate(1)))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("were not held");
        assertThat(in.checkpointing().checkpoint(true)).isNotNull();
    }
}
