package dev.seawall.walwriter.query.value;

import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.MessageOutput;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Values as they are on the wire, in PostgreSQL's text and binary formats, and as [Object]s in here
/// (`dev.seawall.walwriter.query.Rows` says which).
public final class Values {

    private Values() {}

    /// Writes a value of a DataRow with its length in front; null too.
    public static void write(PgType type, @Nullable Object value, boolean isBinary, MessageOutput out) {
        if (value == null) {
            out.int32(-1);
            return;
        }
        out.value(toText(type, value));
    }

    /// Reads a parameter of Bind.
    ///
    /// @param bytes its length; negative for null
    /// @throws SqlException if it is no value of the type
    public static @Nullable Object read(PgType type, int bytes, boolean isBinary, MessageInput in) {
        return bytes < 0 ? null : fromText(type, in.text(bytes));
    }

    public static String toText(PgType type, Object value) {
        return String.valueOf(value).toLowerCase(Locale.ROOT);
    }

    /// @throws SqlException 22P02 or what else PostgreSQL says if it is no value of the type
    public static Object fromText(PgType type, String text) {
        throw SqlException.error(SqlState.INVALID_TEXT_REPRESENTATION, "invalid input syntax for type "
                + type.sqlName() + ": \"" + text + "\"");
    }
}
