package dev.seawall.walwriter.query.view;

import dev.seawall.settings.ServerSettings;
import dev.seawall.settings.Setting;
import dev.seawall.settings.SettingType;
import dev.seawall.settings.Settings;
import dev.seawall.walwriter.query.Caller;
import dev.seawall.walwriter.query.Rows;
import dev.seawall.walwriter.query.SessionSetting;
import dev.seawall.walwriter.query.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// pg_settings: the cluster's settings and the session's, by name.
///
/// As in PostgreSQL an amount is a bare number here, and its unit a column of its own.
final class SettingsView {

    static final View VIEW = new View("pg_settings", Table.columns("name text", "setting text", "unit text",
            "category text", "short_desc text", "extra_desc text", "context text", "vartype text", "source text",
            "min_val text", "max_val text", "enumvals text_array", "boot_val text", "reset_val text",
            "sourcefile text", "sourceline int4", "pending_restart bool"), SettingsView::rows);

    /// Those of seawall.conf that a session may have another value of.
    private static final Set<Setting<?>> OF_SESSIONS = Set.of(ServerSettings.SYNCHRONOUS_COMMIT,
            ServerSettings.IDLE_IN_TRANSACTION_SESSION_TIMEOUT, ServerSettings.IDLE_SESSION_TIMEOUT);
    private static final Pattern FILE_AND_LINE = Pattern.compile("(.*), line (\\d+)");

    private SettingsView() {}

    private static void rows(Caller caller, Rows into) {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (Settings.Entry<?> entry : caller.cluster().settings().current().entries()) {
            rows.add(row(entry, caller));
        }
        for (SessionSetting setting : caller.sessionSettings()) {
            rows.add(row(setting));
        }
        rows.sort(Comparator.comparing(row -> String.valueOf(row[0]).toLowerCase(Locale.ROOT)));
        rows.forEach(into::row);
    }

    private static @Nullable Object[] row(SessionSetting setting) {
        return new @Nullable Object[] {setting.name(), setting.value(), null, null, setting.summary(), null,
            setting.isFixed() ? "internal" : "user", setting.type(),
            setting.value().equals(setting.initial()) ? "default" : "session", null, null, null, setting.initial(),
            setting.initial(), null, null, false};
    }

    private static <T> @Nullable Object[] row(Settings.Entry<T> entry, Caller caller) {
        Setting<T> setting = entry.setting();
        SettingType<T> type = setting.type();
        boolean isOfSession = OF_SESSIONS.contains(setting);
        T value = isOfSession ? type.parse(caller.setting(setting.name())) : entry.value();
        Matcher place = FILE_AND_LINE.matcher(entry.source());
        boolean isFromFile = place.matches();
        return new @Nullable Object[] {setting.name(), bare(type, value), unit(type), null, setting.summary(), null,
            isOfSession ? "user" : context(setting.takesEffect()), variableType(type),
            value.equals(entry.value()) ? source(entry.source(), isFromFile) : "session", bound(type, false),
            bound(type, true), choices(type), bare(type, setting.defaultValue()), bare(type, entry.value()),
            isFromFile ? place.group(1) : null, isFromFile ? Integer.parseInt(place.group(2)) : null, null};
    }

    private static String context(Setting.TakesEffect when) {
        return switch (when) {
            case AT_INIT -> "internal";
            case AT_START -> "postmaster";
            case AT_RELOAD -> "sighup";
        };
    }

    private static String source(String source, boolean isFromFile) {
        return switch (source) {
            case "default", "command line" -> source;
            case "environment" -> "environment variable";
            default -> isFromFile ? "configuration file" : "override";
        };
    }

    private static String variableType(SettingType<?> type) {
        return switch (type) {
            case SettingType.Memory _, SettingType.Time _, SettingType.Whole _, SettingType.Octal _ -> "integer";
            case SettingType.Real _ -> "real";
            case SettingType.Switch _ -> "bool";
            case SettingType.Choice<?> _ -> "enum";
            case SettingType.Text _, SettingType.Standbys _ -> "string";
        };
    }

    /// Without its unit.
    private static <T> String bare(SettingType<T> type, T value) {
        return switch (type) {
            case SettingType.Memory memory -> (Long) value == SettingType.Memory.NONE
                    ? memory.format(SettingType.Memory.NONE) : String.valueOf((Long) value / memory.unit());
            case SettingType.Time time -> String.valueOf(((Duration) value).dividedBy(time.unit()));
            case SettingType.Whole _, SettingType.Real _, SettingType.Switch _, SettingType.Choice<?> _,
                    SettingType.Text _, SettingType.Standbys _, SettingType.Octal _ -> type.format(value);
        };
    }

    private static @Nullable String unit(SettingType<?> type) {
        String one = switch (type) {
            case SettingType.Memory memory -> memory.format(memory.unit());
            case SettingType.Time time -> time.format(time.unit());
            case SettingType.Whole _, SettingType.Real _, SettingType.Switch _, SettingType.Choice<?> _,
                    SettingType.Text _,
                    SettingType.Standbys _, SettingType.Octal _ -> null;
        };
        return one == null ? null : one.replaceFirst("^1(?=[a-zA-Z])", "");
    }

    private static @Nullable String bound(SettingType<?> type, boolean isUpper) {
        return switch (type) {
            case SettingType.Memory memory -> bare(memory, isUpper ? memory.max() : memory.min());
            case SettingType.Time time -> bare(time, isUpper ? time.max() : time.min());
            case SettingType.Whole whole -> String.valueOf(isUpper ? whole.max() : whole.min());
            case SettingType.Real real -> String.valueOf(isUpper ? real.max() : real.min());
            case SettingType.Switch _, SettingType.Choice<?> _, SettingType.Text _,
                    SettingType.Standbys _, SettingType.Octal _ -> null;
        };
    }

    private static @Nullable String choices(SettingType<?> type) {
        return type instanceof SettingType.Choice<?> choice ? "{" + String.join(",", choice.names()) + "}" : null;
    }
}
