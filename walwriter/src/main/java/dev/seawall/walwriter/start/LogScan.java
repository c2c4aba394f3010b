package dev.seawall.walwriter.start;

import dev.seawall.wal.Checkpoint;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PgTime;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.read.Watermarks;
import dev.seawall.wal.record.BlockReference;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.RecordInPlace;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.ResourceManagerId;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.LogicalMessage;
import dev.seawall.wal.record.body.RelationSizes;
import dev.seawall.wal.record.body.RunningXacts;
import dev.seawall.wal.record.body.TransactionRecord;
import dev.seawall.wal.record.xlog.BackupEnd;
import dev.seawall.wal.record.xlog.CheckpointRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a writer must know of the log that it goes on with, gathered record by record from a
/// checkpoint's redo point on.
///
/// Also for recovery, which reads the same records: give each to [#see] and ask at the end.
public final class LogScan {

    /// What the prefixes of the log's own messages begin with.
    private static final byte[] OWN_PREFIX = "seawall.".getBytes(StandardCharsets.US_ASCII);

    private final NextXid nextXid;
    private final Watermarks watermarks;
    private final Map<RelationId, Integer> relationBlocks = new HashMap<>();
    // The relation seen last, and its entry.
    private @Nullable RelationId latest;
    private int latestBlocks;
    private long lastCommitTime = Long.MIN_VALUE;
    private long lastStart;
    private long end;
    private boolean isShutdownLast;
    /// Where backups began whose ends were seen.
    private final Set<Lsn> endedBackups = new HashSet<>();

    /// @param checkpoint where recovery begins
    public LogScan(Checkpoint checkpoint, Watermarks watermarks) {
        this.nextXid = new NextXid(checkpoint.nextXid());
        this.watermarks = watermarks;
    }

    /// Takes the record that the reader has just stepped over.
    void see(WalReader at) {
        RecordInPlace record = at.inPlace();
        if (isPlain(record)) {
            lastStart = at.start().value();
            end = at.position().value();
            seePlain(record);
        } else {
            see(at.record());
        }
    }

    /// Takes what another has gathered of the records that follow.
    void add(LogScan later) {
        if (later.lastStart == 0) {
            return;
        }
        latest = null;
        nextXid.seenNext(later.nextXid.value());
        watermarks.add(later.watermarks.durable(), later.watermarks.source());
        later.relationBlocks.forEach((relation, blocks) -> relationBlocks.merge(relation, blocks,
                LogScan::maxUnsigned));
        lastCommitTime = Math.max(lastCommitTime, later.lastCommitTime);
        lastStart = later.lastStart;
        end = later.end;
        isShutdownLast = later.isShutdownLast;
        endedBackups.addAll(later.endedBackups);
    }

    /// Whether what counts of the record can be told without making one of it, as of most: what applications log.
    private static boolean isPlain(RecordInPlace record) {
        ResourceManagerId manager = record.resourceManager();
        if (manager.equals(ResourceManagerId.TRANSACTION)) {
            return TransactionRecord.isBare(record);
        }
        if (manager.equals(ResourceManagerId.LOGICAL_MESSAGE)) {
            return !LogicalMessage.beginsWith(record, OWN_PREFIX);
        }
        return !manager.equals(ResourceManagerId.XLOG) && !manager.equals(ResourceManagerId.STANDBY);
    }

    private void seePlain(RecordInPlace record) {
        isShutdownLast = false;
        nextXid.seen(record.xid());
        if (record.topXid() != 0) {
            nextXid.seen(record.topXid());
        }
        for (int i = 0; i < record.blocks(); i++) {
            if (record.fork(i) == BlockReference.MAIN_FORK && record.blockNumber(i) != -1) {
                seeBlock(record, i);
            }
        }
        if (record.resourceManager().equals(ResourceManagerId.TRANSACTION)) {
            lastCommitTime = Math.max(lastCommitTime, TransactionRecord.timeOfBare(record));
        }
    }

    /// Most pages are of the relation that the page before was of, and not its last.
    private void seeBlock(RecordInPlace record, int i) {
        int atLeast = record.blockNumber(i) + 1;
        if (latest == null || !record.isOf(i, latest)) {
            latest = record.relation(i);
            latestBlocks = relationBlocks.getOrDefault(latest, 0);
        }
        if (Integer.compareUnsigned(latestBlocks, atLeast) < 0) {
            latestBlocks = atLeast;
            relationBlocks.put(latest, atLeast);
        }
    }

    /// Takes the next record into account.
    ///
    /// @throws dev.seawall.wal.WalCorruptException never; a body that is not what its kind says tells nothing
    public void see(WalRecord record) {
        lastStart = record.start().value();
        end = record.end().value();
        // Its pages, or its list of them, may be of any relation.
        latest = null;
        isShutdownLast = false;
        nextXid.seen(record.xid());
        if (record.topXid() != 0) {
            nextXid.seen(record.topXid());
        }
        for (BlockReference block : record.blocks()) {
            if (block.fork() == BlockReference.MAIN_FORK && block.block() != -1) {
                relationBlocks.merge(block.relation(), block.block() + 1, LogScan::maxUnsigned);
            }
        }
        try {
            seeBody(record);
        } catch (MalformedRecordException e) {
            // Its checksum is right: somebody wrote it so. Redo will say what it thinks of it.
        }
    }

    private void seeBody(WalRecord record) throws MalformedRecordException {
        ResourceManagerId manager = record.resourceManager();
        if (manager.equals(ResourceManagerId.TRANSACTION)) {
            if (TransactionRecord.isCommit(record) || TransactionRecord.isAbort(record)) {
                TransactionRecord ended = TransactionRecord.decode(record);
                lastCommitTime = Math.max(lastCommitTime, ended.time());
                ended.subxacts().forEach(nextXid::seen);
            }
        } else if (manager.equals(ResourceManagerId.LOGICAL_MESSAGE)) {
            watermarks.see(record);
            if (RelationSizes.is(record)) {
                RelationSizes.decode(record).blocks().forEach(
                        (relation, blocks) -> relationBlocks.merge(relation, blocks, LogScan::maxUnsigned));
            }
        } else if (RunningXacts.is(record)) {
            nextXid.seenNext(RunningXacts.decode(record).nextXid());
        } else if (CheckpointRecord.is(record)) {
            CheckpointRecord checkpoint = CheckpointRecord.decode(record);
            nextXid.seenNext(checkpoint.checkpoint().nextXid());
            isShutdownLast = checkpoint.isShutdown();
        } else if (BackupEnd.is(record)) {
            endedBackups.add(BackupEnd.decode(record).start());
        }
    }

    private static int maxUnsigned(int a, int b) {
        return Integer.compareUnsigned(a, b) < 0 ? b : a;
    }

    public long nextXid() {
        return nextXid.value();
    }

    /// Of the newest commit or abort; [Instant#EPOCH] if there was none.
    public Instant lastCommitTime() {
        return lastCommitTime == Long.MIN_VALUE ? Instant.EPOCH : PgTime.toInstant(lastCommitTime);
    }

    /// Every relation that was named, by its sizes or by a page.
    public Map<RelationId, Integer> relationBlocks() {
        return Map.copyOf(relationBlocks);
    }

    /// How many blocks a relation has, as far as it was named; 0 if it was not.
    public int blocksOf(RelationId relation) {
        return relationBlocks.getOrDefault(relation, 0);
    }

    /// Start of the last record; [Lsn#INVALID] if there was none.
    public Lsn lastStart() {
        return new Lsn(lastStart);
    }

    /// End of the last record.
    public Lsn end() {
        return new Lsn(end);
    }

    /// Whether the end of the backup that began there was seen.
    boolean isBackupEnded(Lsn start) {
        return endedBackups.contains(start);
    }

    /// Whether the last record is a shutdown checkpoint.
    public boolean isShutdownLast() {
        return isShutdownLast;
    }
}
