package dev.seawall.walwriter.wire;

/// The types that values have on the wire, by PostgreSQL's object identifiers (its catalog pg_type).
public enum PgType {

    BOOL(16, 1, "boolean"),
    BYTEA(17, -1, "bytea"),
    NAME(19, 64, "name"),
    INT8(20, 8, "bigint"),
    INT2(21, 2, "smallint"),
    INT4(23, 4, "integer"),
    TEXT(25, -1, "text"),
    OID(26, 4, "oid"),
    XID(28, 4, "xid"),
    FLOAT8(701, 8, "double precision"),
    /// A literal in quotes whose type its place decides; as a result column it is text.
    UNKNOWN(705, -2, "unknown"),
    /// As a result only.
    TEXT_ARRAY(1009, -1, "text[]"),
    INET(869, -1, "inet"),
    VARCHAR(1043, -1, "character varying"),
    TIMESTAMPTZ(1184, 8, "timestamp with time zone"),
    INTERVAL(1186, 16, "interval"),
    NUMERIC(1700, -1, "numeric"),
    /// Several values in one, written as `(a,b)`.
    RECORD(2249, -1, "record"),
    /// What a function returns that returns nothing; its value is the empty string.
    VOID(2278, 4, "void"),
    PG_LSN(3220, 8, "pg_lsn");

    private final int oid;
    private final int size;
    private final String sqlName;

    PgType(int oid, int size, String sqlName) {
        this.oid = oid;
        this.size = size;
        this.sqlName = sqlName;
    }

    public int oid() {
        return oid;
    }

    /// Bytes of a value in memory, as RowDescription tells it; negative if it varies.
    public int size() {
        return size;
    }

    /// As messages name it.
    public String sqlName() {
        return sqlName;
    }
}
