package dev.seawall.tools.walctl;

import dev.seawall.settings.Setting;
import dev.seawall.settings.SettingCatalog;
import dev.seawall.settings.WalSettings;
import dev.seawall.walwriter.segments.FlushChoice;
import java.util.Locale;
import java.util.Optional;

/// The seawall.conf that `init` writes: every setting, commented out at its default, with what it
/// is for. Made from the definitions, so it cannot go stale.
final class ConfTemplate {

    private ConfTemplate() {}

    /// @param choice how the log is made durable, with why; empty: by default
    static String text(Optional<FlushChoice> choice) {
        StringBuilder text = new StringBuilder("""
                # seawall.conf: this cluster's configuration, in the syntax of postgresql.conf.
                #
                # name = value; text and values with spaces in 'quotes'; # begins a comment.
                # Units: B kB MB GB TB, us ms s min h d. The defaults stand below, commented out.
                # Stronger than this file: the environment (SEAWALL_WAL_BUFFERS=32MB), then the command line
                # (-c wal_buffers=32MB). "walctl settings" shows what holds and where it comes from.

                """);
        for (Setting<?> setting : SettingCatalog.ALL) {
            if (setting.takesEffect() == Setting.TakesEffect.AT_INIT) {
                continue;
            }
            if (choice.isPresent() && setting == WalSettings.WAL_SYNC_METHOD) {
                text.append(why(choice.get())).append(line(WalSettings.WAL_SYNC_METHOD, choice.get().path().method()));
            } else if (choice.isPresent() && setting == WalSettings.WAL_DIRECT_IO) {
                text.append(line(WalSettings.WAL_DIRECT_IO, choice.get().path().isDirect()));
            } else {
                text.append('#').append(line(setting));
            }
        }
        return text.toString();
    }

    private static String why(FlushChoice choice) {
        StringBuilder why = new StringBuilder();
        if (!choice.trials().isEmpty()) {
            why.append("# walctl init tried in pg_wal, microseconds (quartile) to make durable:      4 kB   128 kB\n");
            for (FlushChoice.Trial trial : choice.trials()) {
                why.append(String.format(Locale.ROOT, "#   %-68s %8.0f %8.0f%n", trial.path(), trial.lone() / 1e3,
                        trial.batch() / 1e3));
            }
        }
        return why.append("# ").append(choice.reason().replace('\n', ' ')).append('\n').toString();
    }

    private static <T> String line(Setting<T> setting) {
        return line(setting, setting.defaultValue());
    }

    private static <T> String line(Setting<T> setting, T what) {
        String value = setting.type().format(what);
        String shown = value.isEmpty() ? "''" : value;
        String when = setting.takesEffect() == Setting.TakesEffect.AT_START ? " (restart)" : "";
        return String.format("%-44s # %s%s%n", setting.name() + " = " + shown, setting.summary(), when);
    }
}
