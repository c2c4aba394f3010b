package dev.seawall.walwriter.logical;

import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a client asks of an output plug-in.
///
/// @param value null if none was given, which means true
public record PluginOption(String name, @Nullable String value) {

    /// PostgreSQL's booleans: any beginning of a word that tells it from the others.
    ///
    /// @throws SqlException if it is none
    boolean isOn() {
        if (value == null) {
            return true;
        }
        String word = value.toLowerCase(Locale.ROOT);
        if (!word.isEmpty()) {
            if ("true".startsWith(word) || "yes".startsWith(word) || word.equals("on") || word.equals("1")) {
                return true;
            }
            if ("false".startsWith(word) || "no".startsWith(word) || word.equals("off") || word.equals("of")
                    || word.equals("0")) {
                return false;
            }
        }
        throw SqlException.error(SqlState.INVALID_PARAMETER_VALUE,
                "could not parse value \"" + value + "\" for parameter \"" + name + "\"");
    }

    /// @throws SqlException if there is none
    String text() {
        if (value == null) {
            throw SqlException.error(SqlState.INVALID_PARAMETER_VALUE, "parameter \"" + name + "\" needs a value");
        }
        return value;
    }

    SqlException unknown() {
        return SqlException.error(SqlState.INVALID_PARAMETER_VALUE,
                "option \"" + name + "\" = \"" + (value == null ? "(null)" : value) + "\" is unknown");
    }
}
