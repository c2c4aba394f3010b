package dev.seawall.recovery.redo;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.read.ParallelRead;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.RecordInPlace;
import dev.seawall.wal.record.body.TransactionRecord;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The log as redo takes it, turn by turn; where there is a long way to go, found and checked by all processors.
///
/// One thread.
final class RecordsInTurn implements AutoCloseable {

    /// Even where nothing takes effect redo is to show how far it is.
    private static final long PASSED_BYTES_MAX = 1 << 20;

    private final WalReader reader;
    private final PageLayout layout;
    private final Assembly assembly;
    private final boolean isAllTaken;
    private final RedoTurn turn = new RedoTurn();

    private @Nullable ParallelRead<RedoPiece> ahead;
    private ParallelRead.@Nullable Piece<RedoPiece> piece;
    private boolean isForOneOnly;
    private Lsn passedTo;

    /// @param assembly   is told of records that take no effect
    /// @param isAllTaken whether nobody has to be asked about each record
    RecordsInTurn(RedoSource source, Assembly assembly, boolean isAllTaken) {
        this.reader = source.reader();
        this.layout = source.layout();
        this.assembly = assembly;
        this.isAllTaken = isAllTaken;
        this.passedTo = source.redoPoint();
        reader.seek(passedTo);
    }

    /// Nothing at or behind it is to be read yet.
    void limit(Lsn limit) {
        reader.limit(limit);
        if (ahead == null && !isForOneOnly && limit.isAfter(reader.position().plus(ParallelRead.LONG_WAY))) {
            ahead = ParallelRead.begin(reader, layout, limit, new RedoPiece.Digest(isAllTaken)).orElse(null);
            isForOneOnly = ahead == null;
        }
    }

    /// The turn that [#advance] came to.
    RedoTurn turn() {
        return turn;
    }

    /// In front of the turn there is nothing left to do up to here, at least.
    Lsn passedTo() {
        return passedTo;
    }

    /// Comes to the next turn.
    ///
    /// @return null, or why there is none
    ReadOutcome.@Nullable NoRecord advance() throws IOException {
        return ahead == null ? readOn() : readAhead(ahead);
    }

    private ReadOutcome.@Nullable NoRecord readAhead(ParallelRead<RedoPiece> pieces) throws IOException {
        ParallelRead.Piece<RedoPiece> here = piece;
        while (here == null || !here.content().next(turn)) {
            if (here != null && turn.end().isBefore(here.end())) {
                turn.passed(here.end().value());
                return null;
            }
            here = pieces.next();
            piece = here;
            if (here == null) {
                close();
                return readOn();
            }
            assembly.pass(here.content().passed(), here.content().passedXid());
        }
        return null;
    }

    private ReadOutcome.@Nullable NoRecord readOn() throws IOException {
        Lsn from = reader.position();
        while (true) {
            ReadOutcome.NoRecord none = reader.step();
            if (none != null) {
                turn.passed(reader.position().value());
                return none;
            }
            RecordInPlace record = reader.inPlace();
            long end = reader.position().value();
            switch (isAllTaken ? RedoTurn.Kind.of(record) : RedoTurn.Kind.RECORD) {
                case RECORD -> {
                    turn.record(reader.record(), end);
                    return null;
                }
                case PLAIN_END -> {
                    turn.plainEnd(record.info(), record.xid(), TransactionRecord.timeOfBare(record), end);
                    return null;
                }
                case PASSED -> {
                    assembly.pass(1, record.xid());
                    passedTo = reader.position();
                    if (reader.position().minus(from) >= PASSED_BYTES_MAX) {
                        turn.passed(end);
                        return null;
                    }
                }
            }
        }
    }

    /// That of the record that was read last.
    TimelineId timeline() {
        return piece == null ? reader.timeline() : new TimelineId(piece.timeline());
    }

    @Override
    public void close() throws IOException {
        ParallelRead<RedoPiece> pieces = ahead;
        ahead = null;
        piece = null;
        if (pieces != null) {
            pieces.close();
        }
    }
}
