package dev.seawall.walwriter.query.builtin;

import dev.seawall.walwriter.query.Caller;
import dev.seawall.walwriter.query.SqlFunction.Body;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;

/// Who may call what.
final class Privileges {

    private Privileges() {}

    /// The function, for superusers only.
    static Body superuser(String name, Body body) {
        return (execution, arguments) -> {
            if (!execution.caller().isSuperuser()) {
                throw denied("permission denied for function " + name);
            }
            return body.call(execution, arguments);
        };
    }

    /// The function, for superusers and those who may stream.
    static Body replication(Body body) {
        return (execution, arguments) -> {
            checkReplication(execution.caller());
            return body.call(execution, arguments);
        };
    }

    static void checkReplication(Caller caller) {
        if (!caller.isSuperuser() && !caller.mayReplicate()) {
            throw denied("must be superuser or replication role to use replication slots");
        }
    }

    static SqlException denied(String message) {
        return SqlException.error(SqlState.INSUFFICIENT_PRIVILEGE, message);
    }
}
