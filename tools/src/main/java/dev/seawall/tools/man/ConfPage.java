package dev.seawall.tools.man;

import dev.seawall.settings.Setting;
import dev.seawall.settings.SettingCatalog;

/// `seawall.conf(5)`: every setting, from its definition.
final class ConfPage {

    private ConfPage() {}

    static String text() {
        Roff page = new Roff("seawall.conf", 5, "Seawall files");
        page.section("NAME").line("seawall.conf - settings of a Seawall cluster");
        page.section("DESCRIPTION")
                .paragraph("The file stands in the cluster's directory, in the syntax of postgresql.conf: name = "
                        + "value, text in single quotes, a number sign begins a comment, the last line of a name wins.")
                .paragraph("Amounts have units: B kB MB GB TB, and us ms s min h d. Stronger than the file are the "
                        + "environment (SEAWALL_WAL_BUFFERS=32MB) and the command line (-c wal_buffers=32MB).")
                .paragraph("walctl settings shows what holds and where it comes from; walctl reload has a running "
                        + "cluster read the file again.");
        page.section("SETTINGS");
        SettingCatalog.ALL.forEach(setting -> term(page, setting));
        page.section("SEE ALSO").line("walctl(1), walctl\u002dsettings(1), walctl\u002dreload(1)");
        return page.toString();
    }

    private static <T> void term(Roff page, Setting<T> setting) {
        String value = setting.type().format(setting.defaultValue());
        String when = switch (setting.takesEffect()) {
            case AT_INIT -> "Fixed when the cluster is made.";
            case AT_START -> "Takes effect at a restart.";
            case AT_RELOAD -> "Takes effect at a reload.";
        };
        page.term(setting.name() + " (" + setting.type().describe() + ", default "
                + (value.isEmpty() ? "''" : value) + ")", setting.summary() + ". " + when);
    }
}
