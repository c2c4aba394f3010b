package dev.seawall.recovery.redo;

import dev.seawall.wal.read.ParallelRead;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.RecordInPlace;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.TransactionRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The turns of a piece of the log, and how many of its records take no effect.
///
/// Made by one thread and used up by another, so what most turns need stands side by side in one array.
final class RedoPiece {

    // Of a turn: the byte behind it; which record, or a plain end's info and xid; a plain end's time.
    private static final int WORDS = 3;
    private static final long PLAIN_END = 1L << 62;

    private final List<WalRecord> records = new ArrayList<>();
    private long[] words = new long[WORDS * 256];
    private int used;
    private int passed;
    private int passedXid;
    private int at;

    /// Makes pieces.
    ///
    /// @param isAllTaken whether nobody has to be asked about each record
    record Digest(boolean isAllTaken) implements ParallelRead.Digest<RedoPiece> {

        @Override
        public RedoPiece begin() {
            return new RedoPiece();
        }

        @Override
        public void take(RedoPiece piece, WalReader reader) {
            RecordInPlace record = reader.inPlace();
            RedoTurn.Kind kind = isAllTaken ? RedoTurn.Kind.of(record) : RedoTurn.Kind.RECORD;
            switch (kind) {
                case PASSED -> piece.pass(record.xid());
                case PLAIN_END -> piece.add(reader.position().value(),
                        PLAIN_END | (long) record.info() << 32 | Integer.toUnsignedLong(record.xid()),
                        TransactionRecord.timeOfBare(record));
                case RECORD -> {
                    piece.add(reader.position().value(), piece.records.size(), 0);
                    piece.records.add(reader.record());
                }
            }
        }
    }

    private void pass(int xid) {
        passed++;
        if (passedXid == 0 || xid != 0 && xid - passedXid > 0) {
            passedXid = xid;
        }
    }

    private void add(long end, long what, long time) {
        if (used == words.length) {
            words = Arrays.copyOf(words, 2 * used);
        }
        words[used] = end;
        words[used + 1] = what;
        words[used + 2] = time;
        used += WORDS;
    }

    /// How many records take no effect, wherever in it they lie.
    int passed() {
        return passed;
    }

    /// The newest transaction of these; 0 if there is none.
    int passedXid() {
        return passedXid;
    }

    /// Takes the next turn.
    ///
    /// @return false if there are no more
    boolean next(RedoTurn turn) {
        if (at == used) {
            return false;
        }
        long end = words[at];
        long what = words[at + 1];
        if ((what & PLAIN_END) != 0) {
            turn.plainEnd((int) (what >>> 32) & 0xFF, (int) what, words[at + 2], end);
        } else {
            turn.record(records.get((int) what), end);
        }
        at += WORDS;
        return true;
    }
}
