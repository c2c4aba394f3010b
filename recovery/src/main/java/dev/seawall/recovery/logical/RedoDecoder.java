package dev.seawall.recovery.logical;

import dev.seawall.recovery.RedoFailedException;
import dev.seawall.recovery.ResourceManagers;
import dev.seawall.recovery.redo.HeldTransactions;
import dev.seawall.recovery.redo.Redo;
import dev.seawall.recovery.redo.RedoSource;
import dev.seawall.recovery.redo.StopRule;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.walwriter.logical.LogicalDecoder;
import dev.seawall.walwriter.logical.LogicalDecoding;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/// A redo loop of its own, from which one observer learns what committed.
final class RedoDecoder implements LogicalDecoder {

    private final WalReader reader;
    private final Redo redo;
    private final LogicalDecoding.Room room;

    RedoDecoder(RedoSource source, HeldTransactions held, MessageObserver observer, Predicate<Lsn> isEnough,
            LogicalDecoding.Room room) {
        this.reader = source.reader();
        this.redo = new Redo(source, ResourceManagers.of(null, List.of()).withMessageObserver(observer), held,
                stopWhen(isEnough), room.world());
        this.room = room;
    }

    private static StopRule stopWhen(Predicate<Lsn> isEnough) {
        return new StopRule() {
            @Override
            public boolean stopsBefore(WalRecord record, long xid) {
                return false;
            }

            @Override
            public boolean stopsAfter(WalRecord record, long xid) {
                return isEnough.test(record.end());
            }
        };
    }

    @Override
    public boolean hasWork() {
        return redo.hasWork();
    }

    @Override
    public void step() throws IOException {
        try {
            redo.step();
        } catch (RedoFailedException e) {
            // Redo speaks of a resource manager; the failure is the receiver's own.
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case null, default -> throw e;
            }
        }
    }

    @Override
    public boolean isStopped() {
        return redo.isStopped();
    }

    @Override
    public Lsn position() {
        return redo.applied();
    }

    @Override
    public Lsn restartFor(Lsn confirmed) {
        // Where it is now is sampled, too: whoever has everything need not read anything again.
        redo.progress();
        return redo.redoPoint(confirmed);
    }

    @Override
    public void confirmed(Lsn lsn) {
        redo.checkpointed(lsn);
    }

    @Override
    public void close() throws IOException {
        try (reader) {
            redo.close();
            room.disk().delete(room.directory());
        }
    }
}
