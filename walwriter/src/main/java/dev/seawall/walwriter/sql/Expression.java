package dev.seawall.walwriter.sql;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A value as a statement's text says it.
public sealed interface Expression {

    /// A literal in quotes: of unknown type until its place decides.
    record Text(String value) implements Expression {}

    /// A number without point and exponent that 64 bits hold: integer if 32 do, else bigint.
    record Whole(long value) implements Expression {}

    /// Any other number.
    record Numeric(BigDecimal value) implements Expression {}

    record Bool(boolean value) implements Expression {}

    record Null() implements Expression {}

    /// `$1`.
    ///
    /// @param number from 1 on
    record Parameter(int number) implements Expression {}

    /// @param qualifier of `qualifier.name`
    record Column(@Nullable String qualifier, String name) implements Expression {}

    /// `name(arguments)`, and what is called without parentheses, as `current_user`.
    ///
    /// @param name without `pg_catalog.`; with any other schema in front
    record Call(String name, List<Argument> arguments) implements Expression {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    /// @param name of `name => value`
    record Argument(@Nullable String name, Expression value) {}

    /// `count(*)`.
    record CountAll() implements Expression {}

    /// `value::type`, `CAST(value AS type)`, `type 'value'`.
    ///
    /// @param type as PostgreSQL's catalog calls it: `int4`, not `integer`
    record Cast(Expression value, String type) implements Expression {}
}
