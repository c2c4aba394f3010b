package dev.seawall.walwriter.query.builtin;

import static dev.seawall.walwriter.query.builtin.Declare.argument;
import static dev.seawall.walwriter.query.builtin.Declare.strict;
import static dev.seawall.walwriter.query.builtin.Privileges.replication;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.cluster.Slots.Kind;
import dev.seawall.walwriter.cluster.Slots.Slot;
import dev.seawall.walwriter.query.Caller;
import dev.seawall.walwriter.query.Execution;
import dev.seawall.walwriter.query.SqlFunction;
import dev.seawall.walwriter.query.SqlFunction.Argument;
import dev.seawall.walwriter.wire.Column;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Replication slots: physical ones, and what is done with any.
final class SlotFunctions {

    private static final Argument NAME = argument("slot_name", PgType.NAME);

    static final List<SqlFunction> ALL = List.of(
            Declare.record("pg_create_physical_replication_slot",
                    List.of(new Column("slot_name", PgType.NAME), new Column("lsn", PgType.PG_LSN)),
                    replication(SlotFunctions::create), NAME,
                    argument("immediately_reserve", PgType.BOOL).orElse(false),
                    argument("temporary", PgType.BOOL).orElse(false)),
            strict("pg_drop_replication_slot", PgType.VOID, replication((execution, arguments) -> {
                execution.caller().cluster().slots().drop((String) arguments[0], execution.caller().pid());
                return Declare.NOTHING;
            }), NAME),
            Declare.record("pg_replication_slot_advance",
                    List.of(new Column("slot_name", PgType.NAME), new Column("end_lsn", PgType.PG_LSN)),
                    replication(SlotFunctions::advance), NAME, argument("upto_lsn", PgType.PG_LSN)));

    private SlotFunctions() {}

    private static Object create(Execution execution, @Nullable Object[] arguments) {
        Caller caller = execution.caller();
        boolean isTemporary = (Boolean) arguments[2];
        Slot slot = caller.cluster().slots().createPhysical((String) arguments[0], (Boolean) arguments[1],
                isTemporary ? caller.pid() : 0);
        return new @Nullable Object[] {slot.name(), LogFunctions.known(slot.restart())};
    }

    private static Object advance(Execution execution, @Nullable Object[] arguments) {
        Lsn to = (Lsn) arguments[1];
        if (!to.isValid()) {
            throw SqlException.error(SqlState.INVALID_PARAMETER_VALUE, "invalid target WAL LSN");
        }
        Caller caller = execution.caller();
        String name = (String) arguments[0];
        if (caller.cluster().slots().find(name).map(slot -> slot.kind() == Kind.LOGICAL).orElse(false)) {
            Slot slot = LogicalFunctions.advance(caller, name, to);
            return new @Nullable Object[] {slot.name(), slot.confirmed()};
        }
        Slot slot = caller.cluster().slots().advance(name, to, caller.pid());
        return new @Nullable Object[] {slot.name(), slot.restart()};
    }
}
