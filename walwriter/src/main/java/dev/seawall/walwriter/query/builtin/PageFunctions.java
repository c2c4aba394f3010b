package dev.seawall.walwriter.query.builtin;

import static dev.seawall.walwriter.query.builtin.Declare.argument;
import static dev.seawall.walwriter.query.builtin.Declare.strict;

import dev.seawall.wal.PageLayout;
import dev.seawall.wal.record.RelationId;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.cluster.Cluster;
import dev.seawall.walwriter.query.Caller;
import dev.seawall.walwriter.query.Execution;
import dev.seawall.walwriter.query.SqlFunction;
import dev.seawall.walwriter.query.SqlFunction.Argument;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Pages of relations: Seawall's own functions. A relation is named by its file node, under 1663/5.
///
/// A page is written by a transaction and changes with its commit; it is read as redo has made it of
/// everything that is durable, so never with what the reader's own open transaction wrote. Growing is
/// outside transactions, and stays.
final class PageFunctions {

    /// PostgreSQL's default tablespace, and the database that all of Seawall's records name.
    private static final int DATABASE = 5;
    private static final long RELATION_MAX = 0xFFFF_FFFFL;
    /// Grown at a time, between looks whether somebody wants it to stop.
    private static final int STEP_BLOCKS = 4096;

    private static final Argument RELATION = argument("relation", PgType.INT8);
    private static final Argument BLOCK = argument("block", PgType.INT4);
    private static final Argument OFFSET = argument("offset", PgType.INT4);

    static final List<SqlFunction> ALL = List.of(
            strict("page_write", PgType.VOID, PageFunctions::write, RELATION, BLOCK, OFFSET,
                    argument("bytes", PgType.BYTEA)),
            strict("page_read", PgType.BYTEA, PageFunctions::read, RELATION, BLOCK, OFFSET.orElse(0),
                    argument("length", PgType.INT4).orElse(PageLayout.PAGE_BYTES)),
            strict("page_extend", PgType.INT4, PageFunctions::extend, RELATION, argument("blocks", PgType.INT4)),
            strict("page_count", PgType.INT4, (execution, arguments) ->
                    execution.caller().cluster().log().blocksOf(relation(arguments[0])), RELATION));

    private PageFunctions() {}

    private static RelationId relation(@Nullable Object argument) {
        long relation = argument instanceof Long number ? number : 0;
        if (relation < 1 || relation > RELATION_MAX) {
            throw SqlException.error(SqlState.INVALID_PARAMETER_VALUE, "relation " + relation
                    + " is out of range\nHINT: A relation is a file node, 1 to " + RELATION_MAX + ".");
        }
        return new RelationId(RelationId.DEFAULT_TABLESPACE, DATABASE, (int) relation);
    }

    private static Object write(Execution execution, @Nullable Object[] arguments) {
        execution.caller().transaction().write(relation(arguments[0]), (Integer) arguments[1],
                (Integer) arguments[2], ByteBuffer.wrap((byte[]) arguments[3]));
        return Declare.NOTHING;
    }

    private static Object read(Execution execution, @Nullable Object[] arguments) {
        RelationId relation = relation(arguments[0]);
        int block = (Integer) arguments[1];
        int offset = (Integer) arguments[2];
        Cluster cluster = execution.caller().cluster();
        int exist = cluster.log().blocksOf(relation);
        if (block < 0 || block >= exist) {
            throw SqlException.error(SqlState.INVALID_PARAMETER_VALUE, "block " + block + " of relation " + relation
                    + " does not exist; it has " + exist + " blocks");
        }
        int length = (Integer) arguments[3];
        if (offset < 0 || offset > PageLayout.PAGE_BYTES || length < 0) {
            throw SqlException.error(SqlState.INVALID_PARAMETER_VALUE, "offset " + offset + " or length " + length
                    + " is out of range\nHINT: A page has " + PageLayout.PAGE_BYTES + " bytes.");
        }
        execution.take(PageLayout.PAGE_BYTES);
        ByteBuffer page = ByteBuffer.allocate(PageLayout.PAGE_BYTES);
        try {
            cluster.checkpointing().readPage(relation, block, RecoveryFunctions.shown(cluster), page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] bytes = new byte[Math.min(length, PageLayout.PAGE_BYTES - offset)];
        page.get(offset, bytes);
        return bytes;
    }

    /// To at least so many blocks, durably.
    ///
    /// @return how many there are now
    private static Object extend(Execution execution, @Nullable Object[] arguments) {
        RelationId relation = relation(arguments[0]);
        int wanted = (Integer) arguments[1];
        if (wanted < 0) {
            throw SqlException.error(SqlState.INVALID_PARAMETER_VALUE, "a relation cannot have " + wanted + " blocks");
        }
        Caller caller = execution.caller();
        Wal wal = caller.cluster().wal();
        for (int exist = wal.blocksOf(relation); exist < wanted; exist = wal.blocksOf(relation)) {
            caller.checkInterrupts();
            wal.extend(relation, (int) Math.min(wanted, (long) exist + STEP_BLOCKS));
        }
        wal.flush(wal.insertLsn());
        return wal.blocksOf(relation);
    }
}
