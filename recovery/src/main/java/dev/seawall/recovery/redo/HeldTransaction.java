package dev.seawall.recovery.redo;

import dev.seawall.recovery.Recipient;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The changes of one transaction that has neither committed nor aborted yet, in log order: the
/// older ones perhaps in a file, the newer ones in memory.
///
/// The file is a run of i32 length and change; it is never synced, for redo reads the log again
/// after a crash.
final class HeldTransaction {

    private static final int SPILL_BUFFER = 1 << 16;

    final long xid;

    /// Start of its first record: redo that begins behind it would miss something.
    final Lsn first;

    private final Set<Recipient> recipients = new LinkedHashSet<>();
    private final List<byte[]> inMemory = new ArrayList<>();
    private long memoryBytes;
    private @Nullable DiskFile file;
    private @Nullable Path path;
    private long fileBytes;

    HeldTransaction(long xid, Lsn first) {
        this.xid = xid;
        this.first = first;
    }

    void add(byte[] change, List<Recipient> wantedBy) {
        recipients.addAll(wantedBy);
        inMemory.add(change);
        memoryBytes += bytesOf(change);
    }

    /// What a change counts against the limits: itself and its place in the list.
    static long bytesOf(byte[] change) {
        return change.length + 24L;
    }

    boolean isFor(Recipient recipient) {
        return recipients.contains(recipient);
    }

    long memoryBytes() {
        return memoryBytes;
    }

    /// Moves what is in memory to the end of the file. If that fails it is all still in memory.
    void spill(Disk disk, Path directory) throws IOException {
        DiskFile out = file;
        if (out == null) {
            Path name = directory.resolve(xid + HeldTransactions.SUFFIX);
            out = disk.open(name, Set.of(Disk.Open.CREATE));
            path = name;
            file = out;
        }
        long at = fileBytes;
        ByteBuffer buffer = ByteBuffer.allocate(SPILL_BUFFER).order(ByteOrder.LITTLE_ENDIAN);
        for (byte[] change : inMemory) {
            if (buffer.remaining() < Integer.BYTES) {
                at += flush(out, buffer, at);
            }
            buffer.putInt(change.length);
            if (change.length <= buffer.remaining()) {
                buffer.put(change);
            } else {
                at += flush(out, buffer, at);
                out.write(ByteBuffer.wrap(change), at);
                at += change.length;
            }
        }
        at += flush(out, buffer, at);
        fileBytes = at;
        inMemory.clear();
        memoryBytes = 0;
    }

    private static int flush(DiskFile out, ByteBuffer buffer, long at) throws IOException {
        buffer.flip();
        int bytes = buffer.remaining();
        if (bytes > 0) {
            out.write(buffer, at);
        }
        buffer.clear();
        return bytes;
    }

    /// Frees memory and file.
    void drop(Disk disk) throws IOException {
        inMemory.clear();
        memoryBytes = 0;
        DiskFile open = file;
        Path name = path;
        file = null;
        if (open != null && name != null) {
            open.close();
            disk.delete(name);
        }
    }

    Cursor cursor() {
        return new Cursor();
    }

    /// Walks the changes in log order.
    final class Cursor {

        private long at;
        private int index;
        private @Nullable ByteBuffer change;

        /// Moves to the next change, or the first.
        ///
        /// @return false at the end
        boolean next() throws IOException {
            DiskFile in = file;
            if (in != null && at < fileBytes) {
                int length = read(in, Integer.BYTES).getInt();
                change = read(in, length);
                return true;
            }
            if (index < inMemory.size()) {
                change = ByteBuffer.wrap(inMemory.get(index++)).order(ByteOrder.LITTLE_ENDIAN);
                return true;
            }
            change = null;
            return false;
        }

        private ByteBuffer read(DiskFile in, int bytes) throws IOException {
            ByteBuffer into = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
            if (in.read(into, at) != bytes) {
                throw new IOException("file of held changes " + path + " is too short: " + bytes
                        + " bytes expected at offset " + at);
            }
            at += bytes;
            return into.flip();
        }

        /// The change it stands on.
        ByteBuffer change() {
            ByteBuffer current = change;
            if (current == null) {
                throw new IllegalStateException("not on a change");
            }
            return current;
        }

        Lsn lsn() {
            return HeldChange.endOf(change());
        }
    }
}
