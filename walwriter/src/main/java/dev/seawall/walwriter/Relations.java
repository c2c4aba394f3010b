package dev.seawall.walwriter;

import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.body.PageImages;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// How many blocks every relation has: what makes sure, before it is logged, that a page change can
/// be redone.
final class Relations {

    private static final int PAGE_BYTES = 8192;
    /// Bytes 0 to 23 are the page's header, which redo keeps.
    private static final int PAGE_HEADER_BYTES = 24;
    private static final int IMAGES_PER_RECORD = 32;

    private final Map<RelationId, Integer> blocks;

    Relations(Map<RelationId, Integer> blocks) {
        this.blocks = new ConcurrentHashMap<>(blocks);
    }

    int blocksOf(RelationId relation) {
        return blocks.getOrDefault(relation, 0);
    }

    Map<RelationId, Integer> all() {
        return Map.copyOf(blocks);
    }

    /// @throws IllegalArgumentException if redo could not make this change
    void check(RelationId relation, int block, int offset, ByteBuffer bytes) {
        int exist = blocksOf(relation);
        if (block < 0 || block >= exist) {
            throw new IllegalArgumentException("block " + block + " of relation " + relation
                    + " does not exist; it has " + exist + " blocks\nHINT: Extend the relation first.");
        }
        if (offset < PAGE_HEADER_BYTES || bytes.remaining() > PAGE_BYTES - offset || !bytes.hasRemaining()) {
            throw new IllegalArgumentException("bytes " + offset + " to " + (offset + bytes.remaining())
                    + " of a page cannot be written; only " + PAGE_HEADER_BYTES + " to " + PAGE_BYTES + " can");
        }
    }

    /// Logs images of the pages that are missing and counts them once they have their place: a page
    /// change that sees the new count comes behind its page. And before they can be read: a list of
    /// sizes without them stands behind no redo point that has passed them.
    synchronized void extend(RelationId relation, int wanted, Appender appender, Insertion place) {
        for (int next = blocksOf(relation); next < wanted; ) {
            int count = Math.min(IMAGES_PER_RECORD, wanted - next);
            PageImages.encodeEmpty(place.record, relation, next, count);
            int end = next + count;
            appender.append(place, place.record, () -> blocks.put(relation, end));
            next = end;
        }
    }
}
