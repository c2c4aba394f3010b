package dev.seawall.walwriter.link;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.record.RelationId;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.cluster.ArchiverActivity;
import dev.seawall.walwriter.cluster.CheckpointerActivity;
import dev.seawall.walwriter.cluster.Checkpointing;
import java.util.List;

/// What the walwriter and its checkpointer, or its archiver, say to each other over a [Link].
///
/// A request is answered, by either end, with one answer; a notice is not. Who asks what is said at
/// each.
public sealed interface LinkMessage {

    /// Both ends of a link are of one version, or there is no link.
    int VERSION = 3;

    /// No message is larger.
    int BYTES_MAX = 1 << 20;

    /// Something that is answered.
    sealed interface Request extends LinkMessage {}

    /// What a request is answered with.
    sealed interface Answer extends LinkMessage {}

    /// Something that is only told.
    sealed interface Notice extends LinkMessage {}

    /// Walwriter, first of all: which log this is.
    ///
    /// @param serverVersion for people
    /// @param segmentBytes  size of a segment
    /// @param begin         start of the oldest segment that is there
    /// @param end           what `base/` may have changes up to: see
    ///                      [dev.seawall.walwriter.start.UnattachedEnd]
    /// @param nextXid       64 bits, when this walwriter started
    /// @param isStandby     whether the log is another's, received here
    record Welcome(String serverVersion, long systemId, TimelineHistory history, int segmentBytes, Lsn begin, Lsn end,
            long nextXid, boolean isStandby) implements Notice {}

    /// Walwriter to checkpointer: checkpoint everything before `upTo`; answered by [Reported].
    record Checkpoint(Lsn upTo, boolean isImmediate) implements Request {}

    /// Walwriter to checkpointer: a page with everything before `upTo` in it; answered by [Page].
    record ReadPage(RelationId relation, int block, Lsn upTo) implements Request {}

    /// Walwriter to checkpointer: checkpoint and leave the files alone then; answered by [Reported].
    record HoldFiles(Lsn upTo, boolean isImmediate) implements Request {}

    /// Walwriter to checkpointer: the end of that; answered by [Done].
    record ReleaseFiles() implements Request {}

    /// Walwriter to checkpointer: which files a base backup copies; answered by [Files].
    ///
    /// @param kind  relations' files, or all others; these are held before
    /// @param after the last one that is known already; empty for the first
    record ListFiles(FileKind kind, String after) implements Request {}

    /// Walwriter to checkpointer: a piece of one of those; answered by [Piece].
    ///
    /// @param redoPoint where redo of the copy begins
    record CopyFile(Lsn redoPoint, String path, long offset, int bytes) implements Request {}

    /// Walwriter to checkpointer: leave engines' files as they are, for one who copies them; answered by [Done].
    record HoldEngineFiles() implements Request {}

    /// Walwriter to checkpointer: the end of that; answered by [Done].
    record ReleaseEngineFiles() implements Request {}

    /// Walwriter to checkpointer: the last checkpoint, of all before `end`; answered by [Reported].
    record ShutDown(Lsn end) implements Request {}

    /// Walwriter to either: read the configuration anew.
    record Reload() implements Notice {}

    /// Walwriter to archiver: there is something to archive.
    record Wake() implements Notice {}

    /// Checkpointer: `base/` belongs to this log, and is followed from now on; answered by [Done].
    record Attach() implements Request {}

    /// Checkpointer: log this checkpoint; answered by [Done].
    record Report(CheckpointReport report) implements Request {}

    /// Checkpointer: abort transactions that began before; answered by [Count].
    record AbortTransactionsBefore(Lsn lsn) implements Request {}

    /// Checkpointer, about once a second, for it is its sign of life too.
    record CheckpointerTold(CheckpointerActivity activity) implements Notice {}

    /// Archiver: end the current segment; answered by [Position].
    record SwitchSegment() implements Request {}

    /// Archiver: where the last record is that somebody would miss; answered by [Position].
    record LastImportant() implements Request {}

    /// Archiver, about once a second.
    record ArchiverTold(ArchiverActivity activity) implements Notice {}

    /// It is done.
    record Done() implements Answer {}

    /// The checkpoint that was made.
    record Reported(CheckpointReport report) implements Answer {}

    /// @param content 8192 bytes, not to be changed
    record Page(Bytes content) implements Answer {}

    /// Some files in the order of their paths; none when there are no more.
    record Files(List<Checkpointing.FileCopy.Entry> files) implements Answer {

        public Files {
            files = List.copyOf(files);
        }
    }

    /// @param content not to be changed
    record Piece(Bytes content) implements Answer {}

    /// How many.
    record Count(int count) implements Answer {}

    /// A place in the log.
    record Position(Lsn lsn) implements Answer {}

    /// It was not done, or nobody knows whether.
    record Failed(Failure failure, String message) implements Answer {}

    /// Which files of `base/`.
    enum FileKind { RELATIONS, OTHERS }

    /// What kind of failure: which exception the asker gets.
    enum Failure {
        /// What was asked for makes no sense to the other end: [IllegalArgumentException].
        INVALID,
        /// It cannot be done now: [IllegalStateException].
        STATE,
        /// Anything else: [java.io.IOException].
        IO
    }
}
