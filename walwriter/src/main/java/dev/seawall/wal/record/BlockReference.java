package dev.seawall.wal.record;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A page that a record touches, with the page's image or the data to change it by.
///
/// @param id    0..32, ascending in a record
/// @param fork  0 main, 1 fsm, 2 vm, 3 init
/// @param block page number, unsigned
/// @param image the stored image, or null
/// @param data  the resource manager's bytes for this page, read-only, little endian; empty if none
public record BlockReference(
        int id, int fork, RelationId relation, int block, boolean isWillInit,
        @Nullable FullPageImage image, ByteBuffer data) {

    public static final int ID_MAX = 32;

    public boolean hasData() {
        return data.hasRemaining();
    }
}
