package dev.seawall.tools.walctl;

import dev.seawall.settings.Setting;
import dev.seawall.settings.SettingCatalog;

/// The seawall.conf that `init` writes: every setting, commented out at its default, with what it
/// is for. Made from the definitions, so it cannot go stale.
final class ConfTemplate {

    private ConfTemplate() {}

    static String text() {
        StringBuilder text = new StringBuilder("""
                # seawall.conf: this cluster's configuration, in the syntax of postgresql.conf.
                #
                # name = value; text and values with spaces in 'quotes'; # begins a comment.
                # Units: B kB MB GB TB, us ms s min h d. The defaults stand below, commented out.
                # Stronger than this file: the environment (SEAWALL_WAL_BUFFERS=32MB), then the command line
                # (-c wal_buffers=32MB). "walctl settings" shows what holds and where it comes from.

                """);
        for (Setting<?> setting : SettingCatalog.ALL) {
            if (setting.takesEffect() != Setting.TakesEffect.AT_INIT) {
                text.append(line(setting));
            }
        }
        return text.toString();
    }

    private static <T> String line(Setting<T> setting) {
        String value = setting.type().format(setting.defaultValue());
        String shown = value.isEmpty() ? "''" : value;
        String when = setting.takesEffect() == Setting.TakesEffect.AT_START ? " (restart)" : "";
        return String.format("#%-44s # %s%s%n", setting.name() + " = " + shown, setting.summary(), when);
    }
}
