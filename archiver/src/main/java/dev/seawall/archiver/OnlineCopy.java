package dev.seawall.archiver;

import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.cluster.Checkpointing;
import dev.seawall.walwriter.cluster.Checkpointing.FileCopy;
import dev.seawall.walwriter.cluster.OnlineBackup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// A copy of the data files while redo, page reads and checkpoints go on: every page whole, as of one moment
/// each; redo from the redo point, up to where the backup ended, makes them of one moment all.
public final class OnlineCopy implements PageCopy.Session {

    private final OnlineBackup backup;
    private final FileCopy files;
    private final Ending ending;
    private Lsn consistentAt = Lsn.INVALID;

    /// Ends the backup in the log, and tells where.
    @FunctionalInterface
    public interface Ending {
        Lsn end() throws IOException;
    }

    /// @param ending called once, when all is copied
    public OnlineCopy(OnlineBackup backup, FileCopy files, Ending ending) {
        this.backup = backup;
        this.files = files;
        this.ending = ending;
    }

    /// Copies of a cluster in this JVM.
    ///
    /// @param label of the backups, for people
    public static PageCopy of(Wal wal, Checkpointing checkpointing, OnlineBackup.Place place, String label) {
        return () -> {
            OnlineBackup backup = OnlineBackup.begin(wal, checkpointing, place, label, true, () -> { });
            try {
                return new OnlineCopy(backup, checkpointing.copyFiles(backup.start()), backup::end);
            } catch (Throwable t) {
                backup.close();
                throw t;
            }
        };
    }

    @Override
    public long systemId() {
        return backup.control().systemId();
    }

    @Override
    public TimelineId timeline() {
        return backup.timeline();
    }

    @Override
    public Lsn redoPoint() {
        return backup.start();
    }

    @Override
    public ControlFile control() {
        return backup.control();
    }

    /// Of the relations: other files are not looked at before it is their turn.
    @Override
    public long bytes() throws IOException {
        return files.relations().stream().mapToLong(FileCopy.Entry::size).sum();
    }

    @Override
    public void copy(PageCopy.Receiver receiver) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(FileCopy.PIECE_BYTES);
        copy(files.relations(), piece, receiver);
        copy(files.others(), piece, receiver);
        files.close();
    }

    private void copy(List<FileCopy.Entry> entries, ByteBuffer piece, PageCopy.Receiver receiver) throws IOException {
        for (FileCopy.Entry entry : entries) {
            receiver.file(entry.path(), entry.size());
            for (long at = 0; at < entry.size(); at += piece.limit()) {
                piece.clear().limit((int) Math.min(piece.capacity(), entry.size() - at));
                files.read(entry.path(), at, piece);
                receiver.bytes(piece.flip());
            }
        }
    }

    /// Behind whatever a copied page or engine can have seen: that was in the log before.
    @Override
    public Lsn consistentAt() throws IOException {
        if (!consistentAt.isValid()) {
            consistentAt = ending.end();
        }
        return consistentAt;
    }

    @Override
    public void close() throws IOException {
        try (backup; files) {
            assert redoPoint().isValid();
        }
    }
}
