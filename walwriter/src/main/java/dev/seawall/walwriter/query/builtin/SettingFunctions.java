package dev.seawall.walwriter.query.builtin;

import static dev.seawall.walwriter.query.builtin.Declare.argument;
import static dev.seawall.walwriter.query.builtin.Declare.calledOnNull;
import static dev.seawall.walwriter.query.builtin.Declare.strict;
import static dev.seawall.walwriter.query.builtin.Privileges.superuser;

import dev.seawall.settings.SettingsException;
import dev.seawall.walwriter.query.Caller;
import dev.seawall.walwriter.query.Execution;
import dev.seawall.walwriter.query.SqlFunction;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Settings, of the session and of the server.
final class SettingFunctions {

    static final List<SqlFunction> ALL = List.of(
            strict("current_setting", PgType.TEXT, SettingFunctions::current, argument("setting_name", PgType.TEXT),
                    argument("missing_ok", PgType.BOOL).orElse(false)),
            calledOnNull("set_config", PgType.TEXT, SettingFunctions::set, argument("setting_name", PgType.TEXT),
                    argument("new_value", PgType.TEXT), argument("is_local", PgType.BOOL)),
            strict("pg_reload_conf", PgType.BOOL, superuser("pg_reload_conf", SettingFunctions::reload)));

    private SettingFunctions() {}

    private static @Nullable Object current(Execution execution, @Nullable Object[] arguments) {
        try {
            return execution.caller().setting((String) arguments[0]);
        } catch (SqlException e) {
            if (e.state() == SqlState.UNDEFINED_OBJECT && Boolean.TRUE.equals(arguments[1])) {
                return null;
            }
            throw e;
        }
    }

    private static Object set(Execution execution, @Nullable Object[] arguments) {
        String name = (String) arguments[0];
        String value = (String) arguments[1];
        if (name == null || value == null) {
            throw SqlException.error(SqlState.NULL_VALUE_NOT_ALLOWED,
                    name == null ? "SET requires parameter name" : "SET requires a value\nHINT: RESET takes none.");
        }
        Caller caller = execution.caller();
        caller.set(name, value, Boolean.TRUE.equals(arguments[2]));
        return caller.setting(name);
    }

    /// False, with a warning that says why, if the file has mistakes: then nothing changed.
    private static Object reload(Execution execution, @Nullable Object[] arguments) {
        Caller caller = execution.caller();
        try {
            caller.cluster().settings().reload();
            return true;
        } catch (SettingsException | IOException e) {
            caller.notice("WARNING", SqlState.WARNING, "configuration was not reloaded: " + e.getMessage());
            return false;
        }
    }
}
