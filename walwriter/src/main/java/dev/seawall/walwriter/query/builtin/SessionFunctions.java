package dev.seawall.walwriter.query.builtin;

import static dev.seawall.walwriter.query.builtin.Declare.argument;
import static dev.seawall.walwriter.query.builtin.Declare.strict;

import dev.seawall.wal.role.World;
import dev.seawall.walwriter.cluster.Sessions;
import dev.seawall.walwriter.cluster.Sessions.Session;
import dev.seawall.walwriter.query.Caller;
import dev.seawall.walwriter.query.Execution;
import dev.seawall.walwriter.query.SqlFunction;
import dev.seawall.walwriter.query.SqlFunction.Body;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who one is, what one is connected to, the time; and the other sessions.
final class SessionFunctions {

    private static final long NANOS_A_SECOND = 1_000_000_000;
    /// Between looks whether somebody wants a wait to end.
    private static final long STEP_NANOS = 20_000_000;

    private static final Body USER = (execution, _) -> execution.caller().user();
    private static final Body DATABASE = (execution, _) -> execution.caller().database();
    private static final Body NOW = (execution, _) -> now(execution.caller());

    static final List<SqlFunction> ALL = all();

    private SessionFunctions() {}

    private static List<SqlFunction> all() {
        List<SqlFunction> all = new ArrayList<>();
        for (String name : List.of("current_user", "session_user", "user", "current_role")) {
            all.add(strict(name, PgType.NAME, USER));
        }
        all.add(strict("current_database", PgType.NAME, DATABASE));
        all.add(strict("current_catalog", PgType.NAME, DATABASE));
        all.add(strict("current_schema", PgType.NAME, (_, _) -> "public"));
        for (String name : List.of("now", "current_timestamp", "transaction_timestamp", "statement_timestamp",
                "clock_timestamp")) {
            all.add(strict(name, PgType.TIMESTAMPTZ, NOW));
        }
        all.add(strict("version", PgType.TEXT, (execution, _) -> version(execution.caller())));
        all.add(strict("pg_postmaster_start_time", PgType.TIMESTAMPTZ,
                (execution, _) -> execution.caller().cluster().started().truncatedTo(ChronoUnit.MICROS)));
        all.add(strict("pg_backend_pid", PgType.INT4, (execution, _) -> execution.caller().pid()));
        for (String name : List.of("txid_current_if_assigned", "pg_current_xact_id_if_assigned")) {
            all.add(strict(name, PgType.INT8, SessionFunctions::assignedXid));
        }
        for (String name : List.of("txid_current", "pg_current_xact_id")) {
            all.add(strict(name, PgType.INT8, (execution, _) -> execution.caller().transaction().xid()));
        }
        all.add(strict("pg_sleep", PgType.VOID, SessionFunctions::sleep, argument("seconds", PgType.FLOAT8)));
        all.add(strict("pg_cancel_backend", PgType.BOOL, SessionFunctions::cancel, argument("pid", PgType.INT4)));
        all.add(strict("pg_terminate_backend", PgType.BOOL, SessionFunctions::terminate,
                argument("pid", PgType.INT4), argument("timeout", PgType.INT8).orElse(0L)));
        return List.copyOf(all);
    }

    /// One statement's every look at the clock may differ: transactions have no start time of their own here.
    private static Instant now(Caller caller) {
        return caller.cluster().world().now().truncatedTo(ChronoUnit.MICROS);
    }

    private static String version(Caller caller) {
        return "PostgreSQL " + caller.setting("server_version") + " on Java "
                + Runtime.version().feature() + ", 64-bit";
    }

    private static @Nullable Object assignedXid(Execution execution, @Nullable Object[] arguments) {
        return find(execution.caller(), execution.caller().pid())
                .map(Session::xid).filter(xid -> xid != 0).orElse(null);
    }

    private static Optional<Session> find(Caller caller, int pid) {
        return caller.cluster().sessions().list().stream().filter(session -> session.pid() == pid).findFirst();
    }

    private static Object sleep(Execution execution, @Nullable Object[] arguments) {
        double seconds = Math.max(0, (Double) arguments[0]);
        Caller caller = execution.caller();
        World world = caller.cluster().world();
        double nanos = seconds * NANOS_A_SECOND;
        long left = Double.isNaN(nanos) || nanos > Long.MAX_VALUE / 2 ? Long.MAX_VALUE / 2 : (long) nanos;
        long until = world.nanoTime() + left;
        while (until - world.nanoTime() > 0) {
            caller.checkInterrupts();
            world.park(() -> false, Math.min(STEP_NANOS, until - world.nanoTime()));
        }
        caller.checkInterrupts();
        return Declare.NOTHING;
    }

    // The other sessions.

    private static Object cancel(Execution execution, @Nullable Object[] arguments) {
        int pid = (Integer) arguments[0];
        return mayStop(execution.caller(), pid, "canceled")
                && execution.caller().cluster().sessions().cancel(pid);
    }

    private static Object terminate(Execution execution, @Nullable Object[] arguments) {
        int pid = (Integer) arguments[0];
        long millis = (Long) arguments[1];
        if (millis < 0) {
            throw SqlException.error(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "\"timeout\" must not be negative");
        }
        Caller caller = execution.caller();
        Sessions sessions = caller.cluster().sessions();
        if (!mayStop(caller, pid, "terminated") || !sessions.terminate(pid)) {
            return false;
        }
        return millis == 0 || awaitEnd(caller, pid, millis);
    }

    private static boolean awaitEnd(Caller caller, int pid, long millis) {
        World world = caller.cluster().world();
        long until = world.nanoTime() + Math.min(millis, Long.MAX_VALUE / 4_000_000) * 1_000_000;
        while (find(caller, pid).isPresent()) {
            if (until - world.nanoTime() <= 0) {
                caller.notice("WARNING", SqlState.WARNING,
                        "backend with PID " + pid + " did not terminate within " + millis + " milliseconds");
                return false;
            }
            caller.checkInterrupts();
            world.park(() -> false, STEP_NANOS);
        }
        return true;
    }

    /// Whether there is such a session.
    ///
    /// @throws SqlException if it is somebody else's
    private static boolean mayStop(Caller caller, int pid, String what) {
        Optional<Session> session = find(caller, pid);
        if (session.isEmpty()) {
            caller.notice("WARNING", SqlState.WARNING, "PID " + pid + " is not a PostgreSQL backend process");
            return false;
        }
        if (!caller.isSuperuser() && !session.get().user().equals(caller.user())) {
            throw Privileges.denied("must be a member of the role whose process is being " + what
                    + " or member of pg_signal_backend");
        }
        return true;
    }
}
