package dev.seawall.walwriter.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A statement as its text says it; nothing in it has been looked up yet.
public sealed interface Statement {

    /// `SELECT items [FROM from] [WHERE conditions] [LIMIT limit]`.
    ///
    /// @param items at least one
    /// @param where joined with AND
    record Select(List<SelectItem> items, @Nullable FromItem from, List<Condition> where, @Nullable Expression limit)
            implements Statement {
        public Select {
            items = List.copyOf(items);
            where = List.copyOf(where);
        }
    }

    /// `BEGIN` or `START TRANSACTION`.
    ///
    /// @param isStart by the latter: the command's tag tells
    record Begin(TransactionModes modes, boolean isStart) implements Statement {}

    /// `COMMIT` or `END`.
    record Commit() implements Statement {}

    /// `ROLLBACK` or `ABORT`.
    record Rollback() implements Statement {}

    /// `SET [SESSION | LOCAL] name = value`, `SET TIME ZONE`, `SET NAMES`.
    ///
    /// @param name  in lower case, unless it was quoted
    /// @param value null for DEFAULT; a list's elements are joined by a comma and a space
    record Set(String name, @Nullable String value, boolean isLocal) implements Statement {}

    /// `SET TRANSACTION` (this one), `SET SESSION CHARACTERISTICS AS TRANSACTION` (all that follow).
    record SetTransaction(TransactionModes modes, boolean isForSession) implements Statement {}

    /// `SHOW name`, or `SHOW ALL`.
    ///
    /// @param name null for all
    record Show(@Nullable String name) implements Statement {}

    /// `RESET name`, or `RESET ALL`.
    ///
    /// @param name null for all
    record Reset(@Nullable String name) implements Statement {}

    record Checkpoint() implements Statement {}

    /// `DISCARD`.
    record Discard(What what) implements Statement {
        public enum What { ALL, PLANS, SEQUENCES, TEMP }
    }

    /// `DEALLOCATE [PREPARE] name`, or `DEALLOCATE ALL`.
    ///
    /// @param name null for all
    record Deallocate(@Nullable String name) implements Statement {}
}
