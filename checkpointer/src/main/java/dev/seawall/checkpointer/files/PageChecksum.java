package dev.seawall.checkpointer.files;

import java.nio.ByteBuffer;

/// PostgreSQL 15's data-page checksum, 16 bits, never 0.
///
/// The page is taken as 64 rows of 32 little-endian words. Each column is hashed on its own, by a
/// variant of FNV-1a that folds the high bits down, from a seed of its own; two rows of zeros
/// follow; the columns are joined by exclusive or, then the block number, and brought to 1..65535.
/// The checksum's own two bytes count as zero. Columns are independent, so the JIT does them in
/// vector registers.
///
/// Not thread-safe: it keeps its scratch.
public final class PageChecksum {

    private static final int COLUMNS = 32;
    private static final int WORDS = DataPage.BYTES / Integer.BYTES;
    private static final int PRIME = 16777619;
    private static final int CHECKSUM_WORD = DataPage.CHECKSUM / Integer.BYTES;
    private static final int[] SEEDS = {
        0x5B1F36E9, 0xB8525960, 0x02AB50AA, 0x1DE66D2A, 0x79FF467A, 0x9BB9F8A3, 0x217E7CD2, 0x83E13D2C,
        0xF8D4474F, 0xE39EB970, 0x42C6AE16, 0x993216FA, 0x7B093B5D, 0x98DAFF3C, 0xF718902A, 0x0B1C9CDB,
        0xE58F764B, 0x187636BC, 0x5D7B3BB1, 0xE73DE7DE, 0x92BEC979, 0xCCA6C0B2, 0x304A0979, 0x85AA43D4,
        0x783125BB, 0x6CA8EAA2, 0xE407EAC6, 0x4B5CFC3E, 0x9FBF8C76, 0x15CA20BE, 0xF2CA9FD3, 0x959BD756
    };

    private final int[] words = new int[WORDS];
    private final int[] sums = new int[COLUMNS];

    /// The checksum that `page`, little endian and 8 KiB from 0 on, should carry as this block.
    public int of(ByteBuffer page, int block) {
        page.slice(0, DataPage.BYTES).order(java.nio.ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
        words[CHECKSUM_WORD] &= 0xFFFF_0000;
        System.arraycopy(SEEDS, 0, sums, 0, COLUMNS);
        for (int row = 0; row < WORDS; row += COLUMNS) {
            for (int column = 0; column < COLUMNS; column++) {
                int mixed = sums[column] ^ words[row + column];
                sums[column] = mixed * PRIME ^ mixed >>> 17;
            }
        }
        int joined = 0;
        for (int sum : sums) {
            joined ^= zeroRow(zeroRow(sum));
        }
        return Integer.remainderUnsigned(joined ^ block, 65535) + 1;
    }

    private static int zeroRow(int sum) {
        return sum * PRIME ^ sum >>> 17;
    }
}
