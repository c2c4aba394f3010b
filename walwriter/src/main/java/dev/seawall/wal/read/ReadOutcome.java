package dev.seawall.wal.read;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.WalRecord;

/// What reading at a position found.
public sealed interface ReadOutcome {

    /// A whole, valid record; reading goes on at `next`.
    record Complete(WalRecord record, Lsn next) implements ReadOutcome {}

    /// No valid record stands at `at`: the log's end, a torn tail or damage. Which of them it is the
    /// reader cannot know; `EndOfLog` decides by evidence.
    ///
    /// @param at     where a record was looked for
    /// @param reason what is wrong, in pg_waldump's words: `invalid record length at 0/50000A0: wanted 24, got 0`
    record NoRecord(Lsn at, String reason) implements ReadOutcome {

        /// The reason when nothing is wrong: the record's bytes reach to the reader's limit or beyond.
        public static final String AT_LIMIT = "the record is not complete before the limit";

        /// Whether there may be a record once the limit was moved.
        public boolean isAtLimit() {
            return reason.equals(AT_LIMIT);
        }
    }
}
