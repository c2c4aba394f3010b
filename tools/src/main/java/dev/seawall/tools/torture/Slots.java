package dev.seawall.tools.torture;

import dev.seawall.embedded.Seawall;
import dev.seawall.wal.record.RelationId;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.Wal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// What the committers write: each has two pages, and every transaction writes the same number and
/// the same bytes to both. So after a crash the number tells which transactions are there, and a
/// difference between the pages would be half of one.
///
/// ```
/// page 2w and 2w + 1 of committer w, from offset 24:   u64 number   u32 length   bytes ...
/// ```
final class Slots {

    static final RelationId RELATION = new RelationId(RelationId.DEFAULT_TABLESPACE, 5, 16385);

    /// Added to the number of a transaction that will be aborted: must never be seen.
    static final long ABORTED = 1L << 40;

    private static final int PAGE_BYTES = 8192;
    private static final int OFFSET = 24;
    private static final int HEADER = 12;
    private static final int MOST_BYTES = 4000;

    private Slots() {}

    /// Makes the pages, if they are not there yet.
    static void create(Wal wal, int committers) {
        if (wal.blocksOf(RELATION) < 2 * committers) {
            wal.extend(RELATION, 2 * committers);
        }
    }

    static void write(Transaction transaction, int committer, long number) {
        byte[] body = body(number);
        ByteBuffer slot = ByteBuffer.allocate(HEADER + body.length).order(ByteOrder.LITTLE_ENDIAN);
        slot.putLong(number).putInt(body.length).put(body).flip();
        transaction.write(RELATION, 2 * committer, OFFSET, slot.duplicate());
        transaction.write(RELATION, 2 * committer + 1, OFFSET, slot);
    }

    /// The last number that a committer's pages hold; 0 if it never committed.
    ///
    /// @throws IllegalStateException if the pages differ, hold what was aborted, or hold bytes that no
    ///         transaction wrote
    static long read(Seawall seawall, int committer) throws IOException {
        if (seawall.wal().blocksOf(RELATION) <= 2 * committer + 1) {
            return 0;
        }
        ByteBuffer first = page(seawall, 2 * committer);
        ByteBuffer second = page(seawall, 2 * committer + 1);
        long number = first.getLong(OFFSET);
        if (number != second.getLong(OFFSET)) {
            throw new IllegalStateException("half a transaction: committer " + committer + " has " + number
                    + " on its first page and " + second.getLong(OFFSET) + " on its second");
        }
        if (number >= ABORTED) {
            throw new IllegalStateException("an aborted transaction is there: committer " + committer + ", number "
                    + (number - ABORTED));
        }
        if (number != 0) {
            checkBody(first, committer, number);
            checkBody(second, committer, number);
        }
        return number;
    }

    private static ByteBuffer page(Seawall seawall, int block) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        seawall.readPage(RELATION, block, page);
        return page.clear().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void checkBody(ByteBuffer page, int committer, long number) {
        byte[] expected = body(number);
        byte[] found = new byte[expected.length];
        page.get(OFFSET + HEADER, found);
        if (page.getInt(OFFSET + 8) != expected.length || !Arrays.equals(expected, found)) {
            throw new IllegalStateException("transaction " + number + " of committer " + committer
                    + " is there with other bytes than it wrote");
        }
    }

    private static byte[] body(long number) {
        byte[] body = new byte[Math.floorMod(number * 2_654_435_761L, MOST_BYTES)];
        new java.util.Random(number).nextBytes(body);
        return body;
    }
}
