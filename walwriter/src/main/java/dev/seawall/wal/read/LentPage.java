package dev.seawall.wal.read;

import dev.seawall.wal.PageLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Where in memory a page of the log stands: in what its source keeps, or copied into memory of its own.
///
/// What is lent holds until the source is asked for another page. One reader has one of these.
public final class LentPage {

    private final ByteBuffer own =
            ByteBuffer.allocateDirect(PageLayout.PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private ByteBuffer bytes = own;
    private int at;

    /// Lends a page.
    ///
    /// @param memory little endian, off the heap; its limit is behind the page
    /// @param from   where in it the page begins
    public void lend(ByteBuffer memory, int from) {
        if (!memory.isDirect()) {
            throw new IllegalArgumentException("a page on the heap cannot be lent");
        }
        bytes = memory;
        at = from;
    }

    /// Room for a copy of the page, which it is from now on: cleared, to be filled from position 0.
    public ByteBuffer own() {
        bytes = own;
        at = 0;
        return own.clear();
    }

    ByteBuffer bytes() {
        return bytes;
    }

    int at() {
        return at;
    }
}
