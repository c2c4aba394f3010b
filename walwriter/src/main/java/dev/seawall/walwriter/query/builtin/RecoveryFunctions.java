package dev.seawall.walwriter.query.builtin;

import static dev.seawall.walwriter.query.builtin.Declare.argument;
import static dev.seawall.walwriter.query.builtin.Declare.strict;
import static dev.seawall.walwriter.query.builtin.Privileges.superuser;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.cluster.Cluster;
import dev.seawall.walwriter.cluster.Following;
import dev.seawall.walwriter.query.Caller;
import dev.seawall.walwriter.query.Execution;
import dev.seawall.walwriter.query.SqlFunction;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// Standbys, and their end.
final class RecoveryFunctions {

    /// How often a session that waits looks for interrupts.
    private static final Duration LOOK = Duration.ofMillis(20);

    static final List<SqlFunction> ALL = List.of(
            strict("pg_is_in_recovery", PgType.BOOL,
                    (execution, _) -> execution.caller().cluster().log().isInRecovery()),
            strict("pg_promote", PgType.BOOL, superuser("pg_promote", RecoveryFunctions::promote),
                    argument("wait", PgType.BOOL).orElse(true), argument("wait_seconds", PgType.INT4).orElse(60)));

    private RecoveryFunctions() {}

    private static Object promote(Execution execution, @Nullable Object[] arguments) {
        Caller caller = execution.caller();
        Cluster cluster = caller.cluster();
        int seconds = (Integer) arguments[1];
        if (seconds <= 0) {
            throw SqlException.error(SqlState.INVALID_PARAMETER_VALUE,
                    "\"wait_seconds\" must not be negative or zero");
        }
        Following following = cluster.log().following().orElseThrow(() -> SqlException.error(
                SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "recovery is not in progress"
                        + "\nHINT: Recovery control functions can only be executed during recovery."));
        CompletableFuture<Void> promoted;
        try {
            promoted = following.promote();
        } catch (IllegalStateException e) {
            throw SqlException.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, String.valueOf(e.getMessage()));
        }
        return !(Boolean) arguments[0] || await(caller, promoted, Duration.ofSeconds(seconds));
    }

    private static boolean await(Caller caller, CompletableFuture<Void> promoted, Duration patience) {
        long until = caller.cluster().world().nanoTime() + patience.toNanos();
        while (!caller.cluster().world().park(promoted::isDone, LOOK.toNanos())) {
            caller.checkInterrupts();
            if (caller.cluster().world().nanoTime() - until >= 0) {
                caller.notice("WARNING", SqlState.SUCCESSFUL_COMPLETION,
                        "server did not promote within " + patience.toSeconds() + " seconds");
                return false;
            }
        }
        try {
            promoted.join();
            return true;
        } catch (CompletionException e) {
            throw SqlException.error(SqlState.IO_ERROR, "the promotion failed: " + e.getCause().getMessage());
        }
    }

    /// What a page is shown with: on a standby what was replayed, which may lag by the operator's wish.
    static Lsn shown(Cluster cluster) {
        return cluster.log().isInRecovery()
                ? cluster.checkpointing().activity().applied() : cluster.log().flushLsn();
    }
}
