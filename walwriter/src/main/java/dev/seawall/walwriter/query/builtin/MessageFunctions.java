package dev.seawall.walwriter.query.builtin;

import static dev.seawall.walwriter.query.builtin.Declare.argument;
import static dev.seawall.walwriter.query.builtin.Declare.constant;
import static dev.seawall.walwriter.query.builtin.Declare.strict;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.query.Caller;
import dev.seawall.walwriter.query.Execution;
import dev.seawall.walwriter.query.SqlFunction;
import dev.seawall.walwriter.query.SqlFunction.Argument;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What writes messages into the log, and `repeat`, which makes long ones.
final class MessageFunctions {

    private static final Argument[] BINARY = {argument("transactional", PgType.BOOL), argument("prefix", PgType.TEXT),
        argument("message", PgType.BYTEA), argument("flush", PgType.BOOL).orElse(false)};
    // As bytes: of a constant it is done when the statement is planned.
    private static final Argument[] TEXT = {BINARY[0], BINARY[1],
        argument("message", PgType.TEXT).as(text -> ((String) text).getBytes(StandardCharsets.UTF_8)), BINARY[3]};

    static final List<SqlFunction> ALL = List.of(
            strict("pg_logical_emit_message", PgType.PG_LSN, MessageFunctions::emit, BINARY),
            strict("pg_logical_emit_message", PgType.PG_LSN, MessageFunctions::emit, TEXT),
            constant("repeat", PgType.TEXT, MessageFunctions::repeat, argument("string", PgType.TEXT),
                    argument("number", PgType.INT4)));

    private MessageFunctions() {}

    /// Of a transaction: takes effect with its commit. Else at once; `flush` waits until it is durable.
    private static Object emit(Execution execution, @Nullable Object[] arguments) {
        Caller caller = execution.caller();
        boolean isTransactional = (Boolean) arguments[0];
        String prefix = (String) arguments[1];
        ByteBuffer content = ByteBuffer.wrap((byte[]) arguments[2]);
        if (isTransactional) {
            return caller.transaction().message(prefix, content);
        }
        Wal wal = caller.cluster().wal();
        Lsn end = wal.message(prefix, content);
        if ((Boolean) arguments[3]) {
            wal.flush(end);
            caller.awaitStandbys(end);
        }
        return end;
    }

    private static Object repeat(Execution execution, @Nullable Object[] arguments) {
        String text = (String) arguments[0];
        int times = Math.max(0, (Integer) arguments[1]);
        long length = (long) text.length() * times;
        if (length > Integer.MAX_VALUE) {
            throw SqlException.error(SqlState.PROGRAM_LIMIT_EXCEEDED, "requested length too large");
        }
        execution.take(length);
        return text.repeat(times);
    }
}
