package dev.seawall.wal.record;

/// A relation's identity on disk: tablespace, database and file node, unsigned 32 bits each.
public record RelationId(int tablespace, int database, int relation) {

    public static final int DEFAULT_TABLESPACE = 1663;

    @Override
    public String toString() {
        return Integer.toUnsignedString(tablespace) + "/" + Integer.toUnsignedString(database)
                + "/" + Integer.toUnsignedString(relation);
    }
}
