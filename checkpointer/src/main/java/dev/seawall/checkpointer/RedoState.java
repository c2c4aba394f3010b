package dev.seawall.checkpointer;

import dev.seawall.recovery.redo.Redo;
import dev.seawall.recovery.redo.RedoProgress;
import dev.seawall.wal.Lsn;

/// What the checkpointer asks of redo.
public interface RedoState {

    /// All before it was read, and what committed in it is applied.
    Lsn position();

    /// Counts what has been applied; equal means that nothing was in between.
    long changes();

    /// Where redo may begin when all state is durable up to `durable`, a [#position] of some time.
    Lsn redoPoint(Lsn durable);

    /// Nobody will ask for a redo point further back.
    void checkpointed(Lsn durable);

    static RedoState of(Redo redo) {
        return new RedoState() {
            @Override
            public Lsn position() {
                return redo.progress().position();
            }

            @Override
            public long changes() {
                RedoProgress.Counts counts = redo.progress().counts();
                return counts.commits() + counts.messages() + counts.pageRecords();
            }

            @Override
            public Lsn redoPoint(Lsn durable) {
                return redo.redoPoint(durable);
            }

            @Override
            public void checkpointed(Lsn durable) {
                redo.checkpointed(durable);
            }
        };
    }
}
