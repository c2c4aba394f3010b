package dev.seawall.wal.disk;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A file's bytes as 4 KiB pages, of which zeros take no room. Pages are never changed in place, so
/// layers and copies share them.
final class SparsePages {

    static final int PAGE_BYTES = 4096;
    static final int SECTOR_BYTES = 512;
    static final int SECTORS = PAGE_BYTES / SECTOR_BYTES;
    static final byte[] ZEROS = new byte[PAGE_BYTES];

    private byte[] @Nullable [] pages;

    SparsePages() {
        this(new byte[0][]);
    }

    private SparsePages(byte[] @Nullable [] pages) {
        this.pages = pages;
    }

    SparsePages copy() {
        return new SparsePages(pages.clone());
    }

    /// The page, or null for zeros.
    byte @Nullable [] get(int page) {
        return page < pages.length ? pages[page] : null;
    }

    void set(int page, byte @Nullable [] content) {
        if (page >= pages.length) {
            if (content == null) {
                return;
            }
            pages = Arrays.copyOf(pages, Math.max(page + 1, pages.length * 2));
        }
        pages[page] = content;
    }

    /// Makes everything from this byte on zeros.
    void cutTo(long bytes) {
        int whole = (int) (bytes / PAGE_BYTES);
        int left = (int) (bytes % PAGE_BYTES);
        byte[] last = get(whole);
        if (whole < pages.length) {
            pages = Arrays.copyOf(pages, whole);
        }
        if (last != null && left > 0) {
            byte[] cut = new byte[PAGE_BYTES];
            System.arraycopy(last, 0, cut, 0, left);
            set(whole, cut);
        }
    }

    /// `below` with those sectors of `above` whose bits are set.
    static byte @Nullable [] mix(byte @Nullable [] below, byte @Nullable [] above, int sectors) {
        if (sectors == 0 || below == above) {
            return below;
        }
        if (sectors == (1 << SECTORS) - 1) {
            return above;
        }
        byte[] mixed = below == null ? new byte[PAGE_BYTES] : below.clone();
        byte[] source = above == null ? ZEROS : above;
        for (int sector = 0; sector < SECTORS; sector++) {
            if ((sectors >> sector & 1) != 0) {
                System.arraycopy(source, sector * SECTOR_BYTES, mixed, sector * SECTOR_BYTES, SECTOR_BYTES);
            }
        }
        return mixed;
    }
}
