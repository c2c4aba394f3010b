package dev.seawall.tools.quickstart;

import dev.seawall.embedded.Seawall;
import dev.seawall.wal.record.RelationId;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.Wal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Lines as rows in data pages: what the log's page changes become in `base/`.
///
/// The rows follow each other in a stream of bytes over the pages of one relation, so a long line
/// goes over many pages and is half there if a crash could leave it so:
///
/// ```
/// u32 number, from 1 (0: end)   u32 length   bytes ...   next row ...
/// ```
final class LineTable {

    /// The one relation, as a database's first table would be named.
    static final RelationId RELATION = new RelationId(1663, 5, 16384);

    private static final int PAGE_BYTES = 8192;
    private static final int PAGE_HEADER = 24;
    private static final int STREAM_BYTES = PAGE_BYTES - PAGE_HEADER;
    private static final int ROW_HEADER = 8;
    private static final int GROWTH_BLOCKS = 32;

    private int rows;
    private long end;

    /// Rows that are there.
    int rows() {
        return rows;
    }

    /// Reads the table and compares it with the input; afterwards rows can be added.
    ///
    /// @throws IllegalStateException if a row is not the input's line of its number
    void load(Seawall seawall, InputLines expected) throws IOException {
        Cursor cursor = new Cursor(seawall);
        while (cursor.remaining() >= ROW_HEADER) {
            int number = cursor.u32();
            if (number == 0) {
                return;
            }
            if (number != rows + 1 || number > expected.count()) {
                throw new IllegalStateException("row " + (rows + 1) + " is numbered " + number);
            }
            byte[] found = cursor.bytes(cursor.u32());
            if (!java.util.Arrays.equals(found, expected.line(rows))) {
                throw new IllegalStateException("row " + number + " differs from line " + number + " of the input");
            }
            rows++;
            end = cursor.at;
        }
    }

    /// Writes the next row as a part of a transaction.
    void append(Wal wal, Transaction transaction, byte[] line) {
        ByteBuffer row = ByteBuffer.allocate(ROW_HEADER + line.length).order(ByteOrder.LITTLE_ENDIAN);
        row.putInt(rows + 1).putInt(line.length).put(line).flip();
        grow(wal, end + row.remaining() + ROW_HEADER);
        while (row.hasRemaining()) {
            int offset = (int) (end % STREAM_BYTES);
            int length = Math.min(row.remaining(), STREAM_BYTES - offset);
            transaction.write(RELATION, Math.toIntExact(end / STREAM_BYTES), PAGE_HEADER + offset,
                    row.slice(row.position(), length));
            row.position(row.position() + length);
            end += length;
        }
        rows++;
    }

    private static void grow(Wal wal, long streamBytes) {
        int needed = Math.toIntExact((streamBytes + STREAM_BYTES - 1) / STREAM_BYTES);
        if (wal.blocksOf(RELATION) < needed) {
            wal.extend(RELATION, needed + GROWTH_BLOCKS);
        }
    }

    /// Reads the stream page by page.
    private static final class Cursor {

        private final Seawall seawall;
        private final int blocks;
        private final ByteBuffer page = ByteBuffer.allocate(PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        private int block = -1;
        private long at;

        Cursor(Seawall seawall) {
            this.seawall = seawall;
            this.blocks = seawall.wal().blocksOf(RELATION);
        }

        long remaining() {
            return (long) blocks * STREAM_BYTES - at;
        }

        int u32() throws IOException {
            return ByteBuffer.wrap(bytes(4)).order(ByteOrder.LITTLE_ENDIAN).getInt();
        }

        byte[] bytes(int length) throws IOException {
            if (length < 0 || length > remaining()) {
                throw new IllegalStateException("a row claims " + length + " bytes, " + remaining() + " are left");
            }
            byte[] bytes = new byte[length];
            for (int copied = 0; copied < length; ) {
                int offset = (int) (at % STREAM_BYTES);
                int chunk = Math.min(length - copied, STREAM_BYTES - offset);
                page((int) (at / STREAM_BYTES)).get(PAGE_HEADER + offset, bytes, copied, chunk);
                copied += chunk;
                at += chunk;
            }
            return bytes;
        }

        private ByteBuffer page(int wanted) throws IOException {
            if (wanted != block) {
                seawall.readPage(RELATION, wanted, page.clear());
                page.clear();
                block = wanted;
            }
            return page;
        }
    }
}
