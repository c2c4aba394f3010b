package dev.seawall.recovery.target;

import dev.seawall.wal.Lsn;
import java.time.Instant;

/// Where recovery to a point in time stops; PostgreSQL's recovery_target settings.
///
/// Exactly one: the settings cannot be combined, and nor can these.
public sealed interface RecoveryTarget {

    /// The end of the archive and the log: no target.
    record Latest() implements RecoveryTarget {

        @Override
        public String toString() {
            return "the end of the log";
        }
    }

    /// As soon as the backup is consistent.
    record Immediate() implements RecoveryTarget {

        @Override
        public String toString() {
            return "the consistent point";
        }
    }

    /// The restore point of this name, the first of them: at once behind its record.
    record Name(String name) implements RecoveryTarget {

        private static final int NAME_BYTES_MAX = 63;

        public Name {
            int bytes = name.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
            if (bytes == 0 || bytes > NAME_BYTES_MAX) {
                throw new IllegalArgumentException("restore point name of " + bytes
                        + " bytes\nHINT: A name has 1 to 63 bytes.");
            }
        }

        @Override
        public String toString() {
            return "restore point \"" + name + "\"";
        }
    }

    /// Behind the first record that *begins* at or after `lsn` (inclusive), or in front of it.
    ///
    /// The LSN that a commit returned is its record's end: what is wanted then is not inclusive.
    record AtLsn(Lsn lsn, boolean isInclusive) implements RecoveryTarget {

        @Override
        public String toString() {
            return "LSN " + lsn + inclusion(isInclusive);
        }
    }

    /// Behind this transaction's commit or abort (inclusive), or in front of it. Transactions that
    /// committed before it are there, whatever their numbers.
    ///
    /// @param xid 64 bits; below 2^32 it stands for the first transaction met with these 32 bits
    record AtXid(long xid, boolean isInclusive) implements RecoveryTarget {

        private static final int FIRST_NORMAL = 3;

        public AtXid {
            if (Long.compareUnsigned(xid, FIRST_NORMAL) < 0) {
                throw new IllegalArgumentException("xid " + xid + " is no transaction's\nHINT: They begin at 3.");
            }
        }

        @Override
        public String toString() {
            return "transaction " + Long.toUnsignedString(xid) + inclusion(isInclusive);
        }
    }

    /// In front of the first commit or abort later than `time` (inclusive), or not earlier than it.
    /// Compared in whole microseconds, as the log has them.
    record AtTime(Instant time, boolean isInclusive) implements RecoveryTarget {

        @Override
        public String toString() {
            return "time " + time + inclusion(isInclusive);
        }
    }

    private static String inclusion(boolean isInclusive) {
        return isInclusive ? "" : ", exclusive";
    }
}
