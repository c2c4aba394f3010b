package dev.seawall.settings;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// All settings there are, found by name.
public final class SettingCatalog {

    /// In the order of the concerns: log, checkpoints, archive, recovery, standby, server.
    public static final List<Setting<?>> ALL =
            Stream.of(WalSettings.ALL, CheckpointSettings.ALL, ArchiveSettings.ALL, RecoverySettings.ALL,
                            StandbySettings.ALL, ServerSettings.ALL)
                    .<Setting<?>>flatMap(List::stream).toList();

    private static final Map<String, Setting<?>> BY_NAME =
            ALL.stream().collect(Collectors.toUnmodifiableMap(Setting::name, Function.identity()));

    private SettingCatalog() {}

    /// Names are told apart without regard to case, as PostgreSQL does.
    public static Optional<Setting<?>> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name.toLowerCase(Locale.ROOT)));
    }

    /// The setting that was most likely meant, if any is near.
    static Optional<String> nearest(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        String best = "";
        int bestDistance = Math.max(2, wanted.length() / 3) + 1;
        for (Setting<?> setting : ALL) {
            int distance = distance(wanted, setting.name());
            if (distance < bestDistance) {
                bestDistance = distance;
                best = setting.name();
            }
        }
        return best.isEmpty() ? Optional.empty() : Optional.of(best);
    }

    /// Levenshtein's distance: insertions, removals and replacements that turn one into the other.
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
