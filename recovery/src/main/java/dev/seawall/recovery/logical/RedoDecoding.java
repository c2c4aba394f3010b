package dev.seawall.recovery.logical;

import dev.seawall.recovery.redo.HeldLimits;
import dev.seawall.recovery.redo.HeldTransactions;
import dev.seawall.recovery.redo.RedoSource;
import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.logical.DecodedChanges;
import dev.seawall.walwriter.logical.LogicalDecoder;
import dev.seawall.walwriter.logical.LogicalDecoding;
import java.io.IOException;
import java.util.function.Predicate;

/// Makes decoders of redo loops.
public final class RedoDecoding implements LogicalDecoding {

    @Override
    public LogicalDecoder open(Source source, Room room, DecodedChanges into, Predicate<Lsn> isEnough)
            throws IOException {
        try {
            HeldTransactions held = HeldTransactions.open(room.disk(), room.directory(),
                    new HeldLimits(room.memoryBytes(), room.memoryBytes()));
            RedoSource log = new RedoSource(source.reader(), source.layout(), source.restart(), source.xid(),
                    source.limit());
            return new RedoDecoder(log, held, new MessageObserver(source.after(), into), isEnough, room);
        } catch (Throwable t) {
            source.reader().close();
            throw t;
        }
    }
}
