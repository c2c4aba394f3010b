package dev.seawall.checkpointer.files;

import dev.seawall.wal.record.RelationId;

/// Which page: a block of a fork of a relation.
///
/// Ordered as files are, so that pages sorted by it are written in the order of their files and
/// blocks.
///
/// @param fork  0 main, 1 fsm, 2 vm, 3 init
/// @param block counted from 0, unsigned
public record PageId(RelationId relation, int fork, int block) implements Comparable<PageId> {

    public static final int MAIN_FORK = 0;

    public PageId {
        if (fork < 0 || fork > 3) {
            throw new IllegalArgumentException("fork " + fork + " does not exist");
        }
    }

    /// A page of a relation's main fork.
    public static PageId of(RelationId relation, int block) {
        return new PageId(relation, MAIN_FORK, block);
    }

    @Override
    public int compareTo(PageId other) {
        int order = Integer.compareUnsigned(relation.tablespace(), other.relation.tablespace());
        if (order == 0) {
            order = Integer.compareUnsigned(relation.database(), other.relation.database());
        }
        if (order == 0) {
            order = Integer.compareUnsigned(relation.relation(), other.relation.relation());
        }
        if (order == 0) {
            order = Integer.compare(fork, other.fork);
        }
        return order == 0 ? Integer.compareUnsigned(block, other.block) : order;
    }

    @Override
    public String toString() {
        String suffix = switch (fork) {
            case MAIN_FORK -> "";
            case 1 -> " fsm";
            case 2 -> " vm";
            case 3 -> " init";
            default -> throw new AssertionError("fork " + fork);
        };
        return "block " + Integer.toUnsignedString(block) + " of relation " + relation + suffix;
    }
}
