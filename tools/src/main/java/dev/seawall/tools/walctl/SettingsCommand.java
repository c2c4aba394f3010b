package dev.seawall.tools.walctl;

import dev.seawall.settings.Settings;
import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.Json;
import dev.seawall.wal.disk.LinuxDisk;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `walctl settings`: every setting's value, where it comes from and what it is for.
@Command(name = "settings", mixinStandardHelpOptions = true,
        description = "Shows the configuration: each value, where it comes from, and what it is for.",
        footer = {"", "Examples:",
            "  walctl settings -D /var/lib/seawall                  all of them",
            "  walctl settings -D /var/lib/seawall wal_buffers      one value, bare, for scripts"})
final class SettingsCommand implements Callable<ExitCode> {

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "Show the value of this one only.")
    private @Nullable String name;

    @Option(names = "--json", description = "Print a JSON array, one object a setting.")
    private boolean isJson;

    @Override
    public ExitCode call() throws Exception {
        List<Settings.Entry<?>> entries = cluster.settings(new LinuxDisk()).entries();
        if (name != null) {
            entries = entries.stream().filter(entry -> entry.setting().name().equalsIgnoreCase(name)).toList();
            if (entries.isEmpty()) {
                System.err.println("walctl settings: there is no setting \"" + name + "\"");
                return ExitCode.NOT_FOUND;
            }
        }
        if (isJson) {
            System.out.println(Json.of(entries.stream().map(SettingsCommand::fields).toList()));
        } else if (name != null) {
            System.out.println(entries.getFirst().text());
        } else {
            entries.forEach(SettingsCommand::print);
        }
        return ExitCode.DONE;
    }

    private static Map<String, Object> fields(Settings.Entry<?> entry) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", entry.setting().name());
        fields.put("value", entry.text());
        fields.put("type", entry.setting().type().describe());
        fields.put("source", entry.source());
        fields.put("takes_effect", entry.setting().takesEffect().name().toLowerCase(java.util.Locale.ROOT));
        fields.put("summary", entry.setting().summary());
        return fields;
    }

    private static void print(Settings.Entry<?> entry) {
        List<String> columns = new ArrayList<>();
        columns.add(String.format("%-29s", entry.setting().name()));
        columns.add(String.format("%-14s", entry.text().isEmpty() ? "''" : entry.text()));
        columns.add(entry.setting().summary() + " [" + entry.source() + "]");
        System.out.println(String.join(" ", columns));
    }
}
