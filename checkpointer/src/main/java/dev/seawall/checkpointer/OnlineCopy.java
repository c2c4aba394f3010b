package dev.seawall.checkpointer;

import dev.seawall.archiver.PageCopy;
import dev.seawall.checkpointer.files.DataPage;
import dev.seawall.checkpointer.files.PageChecksum;
import dev.seawall.checkpointer.files.PageId;
import dev.seawall.checkpointer.files.RelationFile;
import dev.seawall.checkpointer.pages.PageStore;
import dev.seawall.recovery.ResourceManagers;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.Retention;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;

/// Copies `base/` for a base backup while redo goes on.
///
/// It begins with a checkpoint, whose redo point is the copy's, and keeps the log from there on.
/// Every page is copied whole, as of one moment each; redo from the redo point, up to where the
/// copy ended, makes them of one moment all.
public final class OnlineCopy implements PageCopy {

    private static final String RETENTION = "base backup";

    private final DataFiles dataFiles;
    private final Checkpointer checkpointer;
    private final ResourceManagers managers;
    private final RedoState redo;
    private final Keeping log;

    /// Keeps the log from a position on until the claim is given up.
    @FunctionalInterface
    public interface Keeping {
        Retention retain(String name, Lsn from);
    }

    public OnlineCopy(DataFiles dataFiles, Checkpointer checkpointer, ResourceManagers managers, RedoState redo,
                      Keeping log) {
        this.dataFiles = dataFiles;
        this.managers = managers;
        this.checkpointer = checkpointer;
        this.redo = redo;
        this.log = log;
    }

    @Override
    public Session begin() throws IOException {
        // Before the checkpoint: what it lets go the copy needs no more, what the next one lets go
        // it may.
        Retention retention = log.retain(RETENTION, dataFiles.redoPoint());
        try {
            return new Copying(checkpointer.await(checkpointer.requestCheckpoint(true)), retention);
        } catch (Throwable t) {
            retention.close();
            throw t;
        }
    }

    /// One backup.
    private final class Copying implements Session {

        private final CheckpointReport report;
        private final Retention retention;
        private final PageChecksum checksum = new PageChecksum();
        /// What any copied page or engine can have seen. Redo's own position alone may lag behind it.
        private Lsn consistentAt = Lsn.INVALID;

        Copying(CheckpointReport report, Retention retention) {
            this.report = report;
            this.retention = retention;
        }

        @Override
        public long systemId() {
            return report.systemId();
        }

        @Override
        public TimelineId timeline() {
            return report.timeline();
        }

        @Override
        public Lsn redoPoint() {
            return report.redo();
        }

        /// Of the pages: engines' files are not looked at before it is their turn.
        @Override
        public long bytes() {
            return dataFiles.pages().forks().values().stream()
                    .mapToLong(blocks -> (long) blocks * DataPage.BYTES).sum();
        }

        @Override
        public void copy(Receiver receiver) throws IOException {
            for (Map.Entry<PageId, Integer> fork : dataFiles.pages().forks().entrySet()) {
                copyFork(fork.getKey(), fork.getValue(), receiver);
            }
            // Not while they change: engines write their files in checkpoints only.
            checkpointer.holdEngineFiles();
            try {
                Path engines = dataFiles.path().resolve(ResourceManagers.ENGINES);
                if (dataFiles.disk().exists(engines)) {
                    new PlainCopy(dataFiles.disk(), receiver)
                            .directory(engines, DataFiles.DIRECTORY + "/" + ResourceManagers.ENGINES);
                }
            } finally {
                checkpointer.releaseEngineFiles();
            }
            consistentAt = Lsn.max(redo.position(), Lsn.max(dataFiles.pages().applied(), managers.applied()));
            CheckpointerState state =
                    new CheckpointerState(systemId(), timeline(), redoPoint(), consistentAt, 1);
            receiver.file(DataFiles.DIRECTORY + "/" + StateFile.FILE_NAME, CheckpointerState.FILE_BYTES);
            receiver.bytes(state.toFile());
        }

        /// The blocks there are now; those to come have their images in the log from the redo point on.
        private void copyFork(PageId fork, int blocks, Receiver receiver) throws IOException {
            PageStore pages = dataFiles.pages();
            ByteBuffer page = ByteBuffer.allocate(DataPage.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int block = 0; block < blocks; block++) {
                PageId id = new PageId(fork.relation(), fork.fork(), block);
                if (block % RelationFile.SEGMENT_BLOCKS == 0) {
                    int here = Math.min(blocks - block, RelationFile.SEGMENT_BLOCKS);
                    receiver.file(DataFiles.DIRECTORY + "/" + RelationFile.of(id).path(),
                            (long) here * DataPage.BYTES);
                }
                pages.copy(id, page.clear());
                DataPage.checksum(page, checksum.of(page, block));
                receiver.bytes(page.clear());
            }
        }

        @Override
        public Lsn consistentAt() {
            if (!consistentAt.isValid()) {
                throw new IllegalStateException("nothing has been copied");
            }
            return consistentAt;
        }

        @Override
        public void close() {
            retention.close();
        }
    }
}
