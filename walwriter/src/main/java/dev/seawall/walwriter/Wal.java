package dev.seawall.walwriter;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RelationId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/// The write-ahead log, open for appending.
///
/// Thread-safe; callers may be virtual threads. An LSN returned by an append is durable once
/// [#flush] of it has returned.
public final class Wal implements AutoCloseable {

    public long systemId() {
        throw notYet();
    }

    /// The current timeline with its ancestors.
    public TimelineHistory history() {
        throw notYet();
    }

    public PageLayout layout() {
        throw notYet();
    }

    public Transaction begin() {
        throw notYet();
    }

    /// Logs a message outside transactions: it takes effect where it stands, once durable.
    public Lsn message(String prefix, ByteBuffer content) {
        throw notYet();
    }

    /// Grows a relation to `blocks` blocks by logging images of empty pages.
    public Lsn extend(RelationId relation, int blocks) {
        throw notYet();
    }

    /// Blocks of a relation; 0 if it does not exist.
    public int blocksOf(RelationId relation) {
        throw notYet();
    }

    /// Appends any record. For what has no method of its own, and for tests.
    public Lsn append(EncodedRecord record) {
        throw notYet();
    }

    /// Waits until everything before `upTo` is durable.
    public void flush(Lsn upTo) {
        throw notYet();
    }

    public CompletableFuture<Lsn> flushed(Lsn upTo) {
        throw notYet();
    }

    /// End of the last reserved record.
    public Lsn insertLsn() {
        throw notYet();
    }

    /// End of the last durable record: all before it may be streamed, archived, redone.
    public Lsn flushLsn() {
        throw notYet();
    }

    /// Calls back, from the flusher and briefly, whenever [#flushLsn] has moved.
    public void onFlush(Runnable listener) {
        throw notYet();
    }

    /// A reader of the durable log from a record's start on; its limit follows [#flushLsn] by the
    /// caller's [WalReader#limit].
    public WalReader read(Lsn from) throws IOException {
        throw notYet();
    }

    /// Ends the current segment; the next record begins in the next. Nothing happens at a
    /// segment's start.
    ///
    /// @return the end LSN of the switch record, or the current position
    public Lsn switchSegment() {
        throw notYet();
    }

    public Lsn restorePoint(String name) {
        throw notYet();
    }

    /// Logs a checkpoint with the reported redo point, updates the control file, recycles segments.
    ///
    /// @return start of the checkpoint record
    /// @throws IllegalArgumentException if the report goes backwards or is another cluster's
    public Lsn checkpointed(CheckpointReport report) throws IOException {
        throw notYet();
    }

    private static IllegalStateException notYet() {
        return new IllegalStateException("not written yet");
    }

    @Override
    public void close() throws IOException {}
}
