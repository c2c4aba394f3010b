package dev.seawall.walwriter.query.builtin;

import static dev.seawall.walwriter.query.builtin.Declare.argument;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.cluster.LogicalSlots;
import dev.seawall.walwriter.cluster.LogicalSlots.Client;
import dev.seawall.walwriter.cluster.LogicalSlots.Request;
import dev.seawall.walwriter.cluster.Slots.Slot;
import dev.seawall.walwriter.logical.PluginOption;
import dev.seawall.walwriter.query.Caller;
import dev.seawall.walwriter.query.Execution;
import dev.seawall.walwriter.query.Rows;
import dev.seawall.walwriter.query.SqlFunction;
import dev.seawall.walwriter.query.SqlFunction.Argument;
import dev.seawall.walwriter.wire.Column;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Logical slots: making them, and getting by SQL what they stream.
final class LogicalFunctions {

    private static final int FIRST_OPTION = 3;
    private static final Argument[] CHANGES = {argument("slot_name", PgType.NAME),
        argument("upto_lsn", PgType.PG_LSN), argument("upto_nchanges", PgType.INT4),
        argument("options", PgType.TEXT).variadic()};

    static final List<SqlFunction> ALL = List.of(
            Declare.record("pg_create_logical_replication_slot",
                    List.of(new Column("slot_name", PgType.NAME), new Column("lsn", PgType.PG_LSN)),
                    Privileges.replication(LogicalFunctions::create), argument("slot_name", PgType.NAME),
                    argument("plugin", PgType.NAME), argument("temporary", PgType.BOOL).orElse(false),
                    argument("twophase", PgType.BOOL).orElse(false)),
            changes("pg_logical_slot_get_changes", false, false),
            changes("pg_logical_slot_peek_changes", false, true),
            changes("pg_logical_slot_get_binary_changes", true, false),
            changes("pg_logical_slot_peek_binary_changes", true, true));

    private LogicalFunctions() {}

    private static SqlFunction changes(String name, boolean isBinary, boolean isPeek) {
        PgType data = isBinary ? PgType.BYTEA : PgType.TEXT;
        return Declare.set(name, List.of(new Column("lsn", PgType.PG_LSN), new Column("xid", PgType.XID),
                new Column("data", data)), (execution, arguments, into) -> {
                    Privileges.checkReplication(execution.caller());
                    changes(request(name, arguments, isBinary, isPeek), execution.caller(), into);
                }, CHANGES);
    }

    private static Object create(Execution execution, @Nullable Object[] arguments) {
        Caller caller = execution.caller();
        if ((Boolean) arguments[3]) {
            throw SqlException.error(SqlState.FEATURE_NOT_SUPPORTED,
                    "two-phase decoding is not supported: Seawall has no prepared transactions");
        }
        Slot slot = caller.cluster().logical().create((String) arguments[0], (String) arguments[1],
                (Boolean) arguments[2] ? caller.pid() : 0);
        return new @Nullable Object[] {slot.name(), slot.confirmed()};
    }

    private static Request request(String function, @Nullable Object[] arguments, boolean isBinary, boolean isPeek) {
        String slot = (String) arguments[0];
        if (slot == null) {
            throw SqlException.error(SqlState.NULL_VALUE_NOT_ALLOWED, "slot name must not be null");
        }
        Lsn upTo = arguments[1] == null ? Lsn.INVALID : (Lsn) arguments[1];
        int atMost = arguments[2] == null ? 0 : (Integer) arguments[2];
        return new Request(slot, upTo, Math.max(0, atMost), options(arguments), isBinary,
                function + "(name,pg_lsn,integer,text[])", isPeek);
    }

    private static List<PluginOption> options(@Nullable Object[] arguments) {
        List<PluginOption> options = new ArrayList<>();
        for (int i = FIRST_OPTION; i < arguments.length; i++) {
            if (arguments[i] == null) {
                throw SqlException.error(SqlState.FEATURE_NOT_SUPPORTED, "array must not contain nulls");
            }
        }
        if ((arguments.length - FIRST_OPTION) % 2 != 0) {
            throw SqlException.error(SqlState.FEATURE_NOT_SUPPORTED, "array must have even number of elements");
        }
        for (int i = FIRST_OPTION; i < arguments.length; i += 2) {
            options.add(new PluginOption((String) arguments[i], (String) arguments[i + 1]));
        }
        return options;
    }

    private static void changes(Request request, Caller caller, Rows into) {
        caller.cluster().logical().changes(request, client(caller), (lsn, xid, text) ->
                into.row(lsn, xid, request.isBinary() ? bytes(text) : StandardCharsets.UTF_8.decode(text).toString()));
    }

    private static byte[] bytes(ByteBuffer text) {
        byte[] bytes = new byte[text.remaining()];
        text.get(bytes);
        return bytes;
    }

    private static Client client(Caller caller) {
        return new Client(caller.pid(), caller::checkInterrupts);
    }

    /// pg_replication_slot_advance of a logical slot.
    static Slot advance(Caller caller, String slot, Lsn to) {
        LogicalSlots logical = caller.cluster().logical();
        return logical.advance(slot, to, client(caller));
    }
}
