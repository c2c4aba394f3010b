package dev.seawall.walwriter.basebackup;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.walwriter.cluster.Backups;
import dev.seawall.walwriter.cluster.OnlineBackup;
import dev.seawall.walwriter.wire.Column;
import dev.seawall.walwriter.wire.MessageOutput;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.Replies;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/// A backup's client by the protocol: result sets around one copy-out, in whose messages a letter says
/// what comes.
///
/// ```
/// 'n' name\0 location\0   an archive begins     'd' bytes   of it, or of the manifest
/// 'm'                     the manifest begins   'p' int64   so much of the archive is done
/// ```
final class CopyOut implements BaseBackups.Client {

    private static final List<Column> POSITION =
            List.of(new Column("recptr", PgType.TEXT), new Column("tli", PgType.INT8));
    private static final List<Column> TABLESPACES = List.of(new Column("spcoid", PgType.OID),
            new Column("spclocation", PgType.TEXT), new Column("size", PgType.INT8));
    private static final int PIECE_BYTES = 32 << 10;
    /// How often the client is told how far it is, and the view changes.
    private static final long TOLD_BYTES = 256 << 10;
    private static final int KILOBYTE = 1024;

    private final MessageOutput out;
    private final OnlineBackup backup;
    private final Pace pace;
    private final Backups.Report report;
    private final boolean isProgress;
    private final Ending ending;
    private long told;
    private Lsn end = Lsn.INVALID;
    private boolean isGone;

    /// Something that is written to the client.
    @FunctionalInterface
    private interface Words {
        void say() throws IOException;
    }

    /// What there is to do when all files are copied.
    @FunctionalInterface
    interface Ending {
        Lsn end(OnlineBackup backup) throws IOException;
    }

    CopyOut(MessageOutput out, OnlineBackup backup, Pace pace, Backups.Report report, boolean isProgress,
            Ending ending) {
        this.out = out;
        this.backup = backup;
        this.pace = pace;
        this.report = report;
        this.isProgress = isProgress;
        this.ending = ending;
    }

    private void say(Words words) throws IOException {
        try {
            words.say();
        } catch (IOException e) {
            isGone = true;
            throw e;
        }
    }

    /// Whether the client could not be written to.
    boolean isGone() {
        return isGone;
    }

    @Override
    public void begin(long bytes) throws IOException {
        say(() -> {
            position(backup.start(), backup.timeline());
            Replies.rowDescription(out, TABLESPACES);
            Replies.textRow(out, Arrays.asList(null, null, isProgress ? String.valueOf(bytes / KILOBYTE) : null));
            Replies.complete(out, "SELECT");
            out.begin('H').int8(0).int16(0).end();
            out.flush();
        });
        report.streaming(isProgress ? bytes : -1);
    }

    private void position(Lsn lsn, TimelineId timeline) throws IOException {
        Replies.rowDescription(out, POSITION);
        Replies.textRow(out, List.of(lsn.toString(), timeline.toString()));
        Replies.complete(out, "SELECT");
    }

    @Override
    public OutputStream archive(String name) throws IOException {
        say(() -> out.begin('d').int8('n').string(name).string("").end());
        return new Pieces();
    }

    @Override
    public void archived(long bytes) throws IOException {
        if (bytes - told >= TOLD_BYTES) {
            tell(bytes);
        }
    }

    private void tell(long bytes) throws IOException {
        told = bytes;
        report.streamed(bytes);
        if (isProgress) {
            say(() -> out.begin('d').int8('p').int64(bytes).end());
        }
    }

    @Override
    public Lsn end() throws IOException {
        end = ending.end(backup);
        return end;
    }

    @Override
    public OutputStream manifest() throws IOException {
        say(() -> out.begin('d').int8('m').end());
        return new Pieces();
    }

    /// The copy is complete: says so, and where it ends.
    void finish() throws IOException {
        say(() -> {
            out.begin('c').end();
            position(end, backup.timeline());
            Replies.complete(out, "BASE_BACKUP");
        });
    }

    /// Gathers bytes into messages, and sends each at once.
    private final class Pieces extends OutputStream {

        private final ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            int at = from;
            int end = from + length;
            while (at < end) {
                int taken = Math.min(piece.remaining(), end - at);
                piece.put(bytes, at, taken);
                at += taken;
                if (!piece.hasRemaining()) {
                    send();
                }
            }
        }

        private void send() throws IOException {
            piece.flip();
            int bytes = piece.remaining();
            if (bytes > 0) {
                say(() -> out.begin('d').int8('d').endWith(piece));
                pace.sent(bytes);
            }
            piece.clear();
        }

        @Override
        public void close() throws IOException {
            send();
        }
    }
}
