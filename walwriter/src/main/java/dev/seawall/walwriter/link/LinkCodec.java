package dev.seawall.walwriter.link;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.record.RelationId;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.cluster.ArchiverActivity;
import dev.seawall.walwriter.cluster.CheckpointerActivity;
import dev.seawall.walwriter.cluster.Checkpointing.FileCopy;
import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.MessageOutput;
import dev.seawall.walwriter.wire.SqlException;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A link's messages as bytes: one is the payload of one CopyData.
///
/// ```
/// u8 kind   i64 number   fields in the order of the record
/// ```
/// The number is a request's and its answer's; a notice has 0. Integers are big-endian as everywhere
/// in the protocol; a text has an i32 length in front, -1 for none; a time is i64 seconds since 1970
/// and i32 nanoseconds, with a u8 0 instead of 1 in front for none.
final class LinkCodec {

    private static final int NONE = -1;
    private static final int PAGE_BYTES = PageLayout.PAGE_BYTES;

    private LinkCodec() {}

    /// A message with its number.
    record Numbered(long number, LinkMessage message) {}

    static void write(MessageOutput out, Numbered numbered) {
        LinkMessage message = numbered.message();
        out.int8(kindOf(message)).int64(numbered.number());
        switch (message) {
            case LinkMessage.Welcome welcome -> writeWelcome(out, welcome);
            case LinkMessage.Checkpoint(Lsn upTo, boolean isImmediate) ->
                    out.int64(upTo.value()).int8(isImmediate ? 1 : 0);
            case LinkMessage.HoldFiles(Lsn upTo, boolean isImmediate) ->
                    out.int64(upTo.value()).int8(isImmediate ? 1 : 0);
            case LinkMessage.ReadPage(RelationId relation, int block, Lsn upTo) -> out.int32(relation.tablespace())
                    .int32(relation.database()).int32(relation.relation()).int32(block).int64(upTo.value());
            case LinkMessage.ListFiles(LinkMessage.FileKind kind, String after) ->
                    writeText(out.int8(kind.ordinal()), after);
            case LinkMessage.CopyFile(Lsn redoPoint, String path, long offset, int bytes) ->
                    writeText(out.int64(redoPoint.value()).int64(offset).int32(bytes), path);
            case LinkMessage.Files(List<FileCopy.Entry> files) -> writeFiles(out, files);
            case LinkMessage.ShutDown(Lsn end) -> out.int64(end.value());
            case LinkMessage.AbortTransactionsBefore(Lsn lsn) -> out.int64(lsn.value());
            case LinkMessage.Report(CheckpointReport report) -> writeReport(out, report);
            case LinkMessage.Reported(CheckpointReport report) -> writeReport(out, report);
            case LinkMessage.CheckpointerTold(CheckpointerActivity activity) -> writeActivity(out, activity);
            case LinkMessage.ArchiverTold(ArchiverActivity activity) -> writeActivity(out, activity);
            case LinkMessage.Page(Bytes content) -> out.bytes(content.view());
            case LinkMessage.Piece(Bytes content) -> out.int32(content.length()).bytes(content.view());
            case LinkMessage.Count(int count) -> out.int32(count);
            case LinkMessage.Position(Lsn lsn) -> out.int64(lsn.value());
            case LinkMessage.Failed(LinkMessage.Failure failure, String text) ->
                    writeText(out.int8(failure.ordinal()), text);
            case LinkMessage.ReleaseFiles(), LinkMessage.HoldEngineFiles(), LinkMessage.ReleaseEngineFiles(),
                    LinkMessage.Reload(), LinkMessage.Wake(), LinkMessage.Attach(), LinkMessage.SwitchSegment(),
                    LinkMessage.LastImportant(), LinkMessage.Done() -> { }
        }
    }

    private static int kindOf(LinkMessage message) {
        return switch (message) {
            case LinkMessage.Welcome _ -> 'w';
            case LinkMessage.Checkpoint _ -> 'c';
            case LinkMessage.ReadPage _ -> 'p';
            case LinkMessage.HoldFiles _ -> 'h';
            case LinkMessage.ReleaseFiles _ -> 'r';
            case LinkMessage.ListFiles _ -> 'f';
            case LinkMessage.CopyFile _ -> 'o';
            case LinkMessage.HoldEngineFiles _ -> 'e';
            case LinkMessage.ReleaseEngineFiles _ -> 'x';
            case LinkMessage.ShutDown _ -> 's';
            case LinkMessage.Reload _ -> 'l';
            case LinkMessage.Wake _ -> 'k';
            case LinkMessage.Attach _ -> 'a';
            case LinkMessage.Report _ -> 't';
            case LinkMessage.AbortTransactionsBefore _ -> 'b';
            case LinkMessage.CheckpointerTold _ -> 'y';
            case LinkMessage.SwitchSegment _ -> 'g';
            case LinkMessage.LastImportant _ -> 'i';
            case LinkMessage.ArchiverTold _ -> 'z';
            case LinkMessage.Done _ -> 'D';
            case LinkMessage.Reported _ -> 'R';
            case LinkMessage.Page _ -> 'P';
            case LinkMessage.Files _ -> 'F';
            case LinkMessage.Piece _ -> 'B';
            case LinkMessage.Count _ -> 'N';
            case LinkMessage.Position _ -> 'L';
            case LinkMessage.Failed _ -> 'E';
        };
    }

    /// Reads what [MessageInput] stands on, to its end.
    ///
    /// @throws IOException if it is not a message of a link
    static Numbered read(MessageInput in) throws IOException {
        try {
            int kind = in.int8();
            long number = in.int64();
            Numbered read = new Numbered(number, message(kind, in));
            in.expectEnd();
            return read;
        } catch (SqlException | IllegalArgumentException | DateTimeException | ArithmeticException e) {
            throw new IOException("malformed message on the link: " + e.getMessage(), e);
        }
    }

    private static LinkMessage message(int kind, MessageInput in) {
        return switch (kind) {
            case 'w' -> readWelcome(in);
            case 'c' -> new LinkMessage.Checkpoint(new Lsn(in.int64()), flag(in));
            case 'p' -> new LinkMessage.ReadPage(
                    new RelationId(in.int32(), in.int32(), in.int32()), in.int32(), new Lsn(in.int64()));
            case 'h' -> new LinkMessage.HoldFiles(new Lsn(in.int64()), flag(in));
            case 'r' -> new LinkMessage.ReleaseFiles();
            case 'f' -> new LinkMessage.ListFiles(oneOf(LinkMessage.FileKind.values(), in), text(in));
            case 'o' -> readCopyFile(in);
            case 'e' -> new LinkMessage.HoldEngineFiles();
            case 'x' -> new LinkMessage.ReleaseEngineFiles();
            case 's' -> new LinkMessage.ShutDown(new Lsn(in.int64()));
            case 'l' -> new LinkMessage.Reload();
            case 'k' -> new LinkMessage.Wake();
            case 'a' -> new LinkMessage.Attach();
            case 't' -> new LinkMessage.Report(readReport(in));
            case 'b' -> new LinkMessage.AbortTransactionsBefore(new Lsn(in.int64()));
            case 'y' -> new LinkMessage.CheckpointerTold(readCheckpointerActivity(in));
            case 'g' -> new LinkMessage.SwitchSegment();
            case 'i' -> new LinkMessage.LastImportant();
            case 'z' -> new LinkMessage.ArchiverTold(readArchiverActivity(in));
            case 'D' -> new LinkMessage.Done();
            case 'R' -> new LinkMessage.Reported(readReport(in));
            case 'P' -> readPage(in);
            case 'F' -> readFiles(in);
            case 'B' -> readPiece(in);
            case 'N' -> new LinkMessage.Count(in.int32());
            case 'L' -> new LinkMessage.Position(new Lsn(in.int64()));
            case 'E' -> new LinkMessage.Failed(oneOf(LinkMessage.Failure.values(), in), text(in));
            // A byte is no closed set.
            default -> throw new IllegalArgumentException("kind \"" + MessageInput.printable(kind) + "\"");
        };
    }

    private static boolean flag(MessageInput in) {
        int value = in.int8();
        if (value != 0 && value != 1) {
            throw new IllegalArgumentException("flag " + value);
        }
        return value == 1;
    }

    private static <T> T oneOf(T[] all, MessageInput in) {
        int value = in.int8();
        if (value < 0 || value >= all.length) {
            throw new IllegalArgumentException("alternative " + value + " of " + all.length);
        }
        return all[value];
    }

    private static LinkMessage.CopyFile readCopyFile(MessageInput in) {
        Lsn redoPoint = new Lsn(in.int64());
        long offset = in.int64();
        int bytes = in.int32();
        return new LinkMessage.CopyFile(redoPoint, text(in), offset, bytes);
    }

    private static LinkMessage.Piece readPiece(MessageInput in) {
        int length = in.int32();
        if (in.remaining() != length) {
            throw new IllegalArgumentException("piece of " + length + " bytes in " + in.remaining());
        }
        return new LinkMessage.Piece(Bytes.of(in.rest()));
    }

    private static void writeFiles(MessageOutput out, List<FileCopy.Entry> files) {
        out.int32(files.size());
        for (FileCopy.Entry file : files) {
            writeText(out.int64(file.size()), file.path());
        }
    }

    private static LinkMessage.Files readFiles(MessageInput in) {
        int count = in.int32();
        List<FileCopy.Entry> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long size = in.int64();
            files.add(new FileCopy.Entry(text(in), size));
        }
        return new LinkMessage.Files(files);
    }

    private static LinkMessage.Page readPage(MessageInput in) {
        if (in.remaining() != PAGE_BYTES) {
            throw new IllegalArgumentException("page of " + in.remaining() + " bytes");
        }
        return new LinkMessage.Page(Bytes.of(in.rest()));
    }

    private static void writeWelcome(MessageOutput out, LinkMessage.Welcome welcome) {
        writeText(out, welcome.serverVersion());
        out.int64(welcome.systemId()).int32(welcome.history().timeline().value());
        writeText(out, welcome.history().toText());
        out.int32(welcome.segmentBytes()).int64(welcome.begin().value()).int64(welcome.end().value())
                .int64(welcome.nextXid()).int8(welcome.isStandby() ? 1 : 0);
    }

    private static LinkMessage.Welcome readWelcome(MessageInput in) {
        String version = text(in);
        long systemId = in.int64();
        TimelineHistory history = TimelineHistory.parse(new TimelineId(in.int32()), text(in));
        int segmentBytes = in.int32();
        return new LinkMessage.Welcome(version, systemId, history, segmentBytes, new Lsn(in.int64()),
                new Lsn(in.int64()), in.int64(), flag(in));
    }

    private static void writeReport(MessageOutput out, CheckpointReport report) {
        out.int64(report.systemId()).int32(report.timeline().value()).int64(report.redo().value());
    }

    private static CheckpointReport readReport(MessageInput in) {
        return new CheckpointReport(in.int64(), new TimelineId(in.int32()), new Lsn(in.int64()));
    }

    private static void writeActivity(MessageOutput out, CheckpointerActivity activity) {
        out.int64(activity.timed()).int64(activity.byVolume()).int64(activity.requested())
                .int64(activity.pagesWritten());
        writeDuration(out, activity.writeTime());
        writeDuration(out, activity.syncTime());
        out.int64(activity.redoPoint().value()).int64(activity.applied().value());
        writeInstant(out, activity.appliedCommit());
        writeInstant(out, activity.since());
    }

    private static CheckpointerActivity readCheckpointerActivity(MessageInput in) {
        return new CheckpointerActivity(in.int64(), in.int64(), in.int64(), in.int64(), duration(in), duration(in),
                new Lsn(in.int64()), new Lsn(in.int64()), instant(in), instant(in));
    }

    private static void writeActivity(MessageOutput out, ArchiverActivity activity) {
        out.int64(activity.archived());
        writeText(out, activity.lastArchived());
        writeInstant(out, activity.lastArchivedTime());
        out.int64(activity.failed());
        writeText(out, activity.lastFailed());
        writeInstant(out, activity.lastFailedTime());
        writeInstant(out, activity.since());
    }

    private static ArchiverActivity readArchiverActivity(MessageInput in) {
        return new ArchiverActivity(in.int64(), nullableText(in), instant(in), in.int64(), nullableText(in),
                instant(in), instant(in));
    }

    private static void writeText(MessageOutput out, @Nullable String text) {
        if (text == null) {
            out.int32(NONE);
        } else {
            out.value(text);
        }
    }

    private static @Nullable String nullableText(MessageInput in) {
        int length = in.int32();
        return length == NONE ? null : in.text(length);
    }

    private static String text(MessageInput in) {
        return in.text(in.int32());
    }

    private static void writeDuration(MessageOutput out, Duration duration) {
        out.int64(duration.getSeconds()).int32(duration.getNano());
    }

    private static Duration duration(MessageInput in) {
        return Duration.ofSeconds(in.int64(), in.int32());
    }

    private static void writeInstant(MessageOutput out, @Nullable Instant instant) {
        out.int8(instant == null ? 0 : 1);
        if (instant != null) {
            out.int64(instant.getEpochSecond()).int32(instant.getNano());
        }
    }

    private static @Nullable Instant instant(MessageInput in) {
        return flag(in) ? Instant.ofEpochSecond(in.int64(), in.int32()) : null;
    }
}
