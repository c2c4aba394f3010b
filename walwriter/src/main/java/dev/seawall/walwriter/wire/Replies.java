package dev.seawall.walwriter.wire;

import java.io.IOException;
import java.util.List;

/// The server's messages that several places send.
public final class Replies {

    private Replies() {}

    public static void error(MessageOutput out, SqlException e) throws IOException {
        fields(out.begin('E'), e.isFatal() ? "FATAL" : "ERROR", e);
    }

    /// A notice in front of a result.
    ///
    /// @param severity `NOTICE` or `WARNING`
    public static void notice(MessageOutput out, String severity, SqlState state, String message) throws IOException {
        notice(out, severity, SqlException.error(state, message));
    }

    /// The same with detail and hint.
    public static void notice(MessageOutput out, String severity, SqlException e) throws IOException {
        fields(out.begin('N'), severity, e);
    }

    private static void fields(MessageOutput out, String severity, SqlException e) throws IOException {
        field(out, 'S', severity);
        field(out, 'V', severity);
        field(out, 'C', e.state().code());
        field(out, 'M', e.problem());
        String detail = e.detail();
        if (detail != null) {
            field(out, 'D', detail);
        }
        String hint = e.hint();
        if (hint != null) {
            field(out, 'H', hint);
        }
        out.int8(0).end();
    }

    private static void field(MessageOutput out, char kind, String text) {
        out.int8(kind).string(text);
    }

    public static void parameterStatus(MessageOutput out, String name, String value) throws IOException {
        out.begin('S').string(name).string(value).end();
    }

    /// A statement is done.
    public static void complete(MessageOutput out, String tag) throws IOException {
        out.begin('C').string(tag).end();
    }

    /// What a result's rows are made of, in text form.
    public static void rowDescription(MessageOutput out, List<Column> columns) throws IOException {
        rowDescription(out, columns, _ -> 0);
    }

    /// Tells the form of a column's values: 0 text, 1 binary.
    @FunctionalInterface
    public interface Formats {
        int of(int column);
    }

    public static void rowDescription(MessageOutput out, List<Column> columns, Formats formats) throws IOException {
        out.begin('T').int16(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            PgType type = column.type() == PgType.UNKNOWN ? PgType.TEXT : column.type();
            // No table, no attribute number; no type modifier.
            out.string(column.name()).int32(0).int16(0).int32(type.oid()).int16(type.size()).int32(-1)
                    .int16(formats.of(i));
        }
        out.end();
    }

    /// One row of text values; null is SQL's NULL.
    public static void textRow(MessageOutput out, List<? extends @org.jspecify.annotations.Nullable String> values)
            throws IOException {
        out.begin('D').int16(values.size());
        for (String value : values) {
            if (value == null) {
                out.int32(-1);
            } else {
                out.value(value);
            }
        }
        out.end();
    }

    /// @param status `I` idle, `T` in a transaction, `E` in a failed one
    public static void readyForQuery(MessageOutput out, char status) throws IOException {
        out.begin('Z').int8(status).end();
    }
}
