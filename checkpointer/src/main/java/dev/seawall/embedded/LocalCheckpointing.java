package dev.seawall.embedded;

import dev.seawall.checkpointer.Checkpointer;
import dev.seawall.checkpointer.DataFiles;
import dev.seawall.checkpointer.LiveFiles;
import dev.seawall.recovery.redo.Redo;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.RelationId;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.cluster.CheckpointerActivity;
import dev.seawall.walwriter.cluster.Checkpointing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;

/// The checkpointer of this JVM, as a server asks it.
final class LocalCheckpointing implements Checkpointing {

    private final Wal wal;
    private final Redo redo;
    private final DataFiles dataFiles;
    private final Checkpointer checkpointer;
    private final LiveFiles files;
    private final Instant since;

    LocalCheckpointing(Wal wal, Redo redo, DataFiles dataFiles, Checkpointer checkpointer, LiveFiles files,
            Instant since) {
        this.wal = wal;
        this.redo = redo;
        this.dataFiles = dataFiles;
        this.checkpointer = checkpointer;
        this.files = files;
        this.since = since;
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public CheckpointReport checkpoint(boolean isImmediate, Runnable interrupts) throws IOException {
        checkpointer.hold().requireFree();
        redo.awaitApplied(wal.flushLsn());
        return checkpointer.await(checkpointer.requestCheckpoint(isImmediate), interrupts);
    }

    @Override
    public void readPage(RelationId relation, int block, Lsn upTo, ByteBuffer into) throws IOException {
        redo.awaitApplied(upTo);
        dataFiles.pages().read(relation, block, into);
    }

    @Override
    public Held holdFiles(boolean isImmediate) throws IOException {
        if (!checkpointer.hold().isHeld()) {
            redo.awaitApplied(wal.flushLsn());
        }
        CheckpointReport report = checkpointer.await(checkpointer.hold().request(isImmediate));
        return new Held() {

            @Override
            public CheckpointReport report() {
                return report;
            }

            @Override
            public void release() {
                checkpointer.hold().release();
            }
        };
    }

    @Override
    public FileCopy copyFiles(Lsn redoPoint) {
        return files.begin(redoPoint);
    }

    @Override
    public CheckpointReport shutDown(Lsn end) throws IOException {
        return checkpointer.await(checkpointer.requestShutdown(end));
    }

    @Override
    public CheckpointerActivity activity() {
        return checkpointer.statistics().activity(dataFiles.redoPoint(), redo.progress(), redo.applied(), since);
    }
}
