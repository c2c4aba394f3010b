package dev.seawall.walwriter.query;

import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import org.jspecify.annotations.Nullable;

/// One execution of a plan, as functions see it: who asks, and how much memory the answer may still take.
public final class Execution {

    private final @Nullable Caller caller;
    private final @Nullable Object[] parameters;
    private long bytesLeft;

    /// @param caller   null where a function is called in advance
    /// @param bytesMax what [#take] grants in all
    public Execution(@Nullable Caller caller, @Nullable Object[] parameters, long bytesMax) {
        this.caller = caller;
        this.parameters = parameters;
        this.bytesLeft = bytesMax;
    }

    /// Not for functions that are [SqlFunction.Kind#CONSTANT].
    public Caller caller() {
        if (caller == null) {
            throw new AssertionError("a constant function asked who calls it");
        }
        return caller;
    }

    /// Called before so much is made of little.
    ///
    /// @throws SqlException if it is too much for one statement
    public void take(long bytes) {
        if (bytes > bytesLeft) {
            throw SqlException.error(SqlState.PROGRAM_LIMIT_EXCEEDED, "requested length too large");
        }
        bytesLeft -= bytes;
    }

    /// @param number from 1 on
    public @Nullable Object parameter(int number) {
        return parameters[number - 1];
    }
}
