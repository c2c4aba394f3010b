package dev.seawall.settings;

import dev.seawall.wal.disk.Disk;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The value of every setting at one moment, and where each came from.
///
/// Immutable: a reload makes another. Precedence, weakest first: the default, seawall.conf (the
/// last line wins), postgresql.auto.conf (which pg_basebackup -R writes), the environment
/// (`SEAWALL_WAL_BUFFERS`), the command line (`-c wal_buffers=64MB`).
public final class Settings {

    /// The file's name in the cluster's directory.
    public static final String FILE_NAME = "seawall.conf";

    /// What programs write beside it, under the name that PostgreSQL's look for.
    public static final String AUTO_FILE_NAME = "postgresql.auto.conf";

    /// Variables that begin with SEAWALL_ and are no settings: the launchers' own.
    private static final Set<String> OTHER_VARIABLES = Set.of(
            "SEAWALL_JAVA_HOME", "SEAWALL_JAVA_OPTIONS", "SEAWALL_DATA_DIRECTORY", "SEAWALL_HOME");

    /// A value and who set it.
    ///
    /// @param source `default`, a file with its line, `environment`, `command line` or `program`
    public record Entry<T>(Setting<T> setting, T value, String source) {

        /// The value as it would be written in the file.
        public String text() {
            return setting.type().format(value);
        }

        static <T> Entry<T> parse(Setting<T> setting, String text, String source) {
            return new Entry<>(setting, setting.type().parse(text), source);
        }

        static <T> Entry<T> byDefault(Setting<T> setting) {
            return new Entry<>(setting, setting.defaultValue(), "default");
        }
    }

    private final Map<String, Entry<?>> entries;

    private Settings(Map<String, Entry<?>> entries) {
        this.entries = entries;
    }

    /// Every setting at its default.
    public static Settings defaults() {
        Map<String, Entry<?>> entries = new LinkedHashMap<>();
        for (Setting<?> setting : SettingCatalog.ALL) {
            entries.put(setting.name(), Entry.byDefault(setting));
        }
        return new Settings(entries);
    }

    /// Reads `seawall.conf` and `postgresql.auto.conf` of a cluster's directory, if they are there, under
    /// the environment and the command line.
    ///
    /// @throws SettingsException with all mistakes there are
    public static Settings load(
            Disk disk, Path dataDirectory, Map<String, String> environment, Map<String, String> commandLine)
            throws IOException {
        List<String> mistakes = new ArrayList<>();
        Settings settings = defaults();
        settings.takeFile(disk, dataDirectory.resolve(FILE_NAME), mistakes);
        settings.takeFile(disk, dataDirectory.resolve(AUTO_FILE_NAME), mistakes);
        settings.takeEnvironment(environment, mistakes);
        commandLine.forEach((name, value) -> settings.take(name, value, "command line", mistakes));
        settings.checkTogether(mistakes);
        if (!mistakes.isEmpty()) {
            throw new SettingsException(mistakes);
        }
        return settings;
    }

    private void takeFile(Disk disk, Path file, List<String> mistakes) throws IOException {
        List<SettingsFile.Assignment> assignments;
        try {
            assignments = SettingsFile.read(disk, file, mistakes);
        } catch (NoSuchFileException e) {
            // A cluster without the file runs on defaults, as it does after init.
            return;
        }
        for (SettingsFile.Assignment line : assignments) {
            Optional<Setting<?>> known = SettingCatalog.find(line.name());
            if (known.isPresent() && known.get().takesEffect() == Setting.TakesEffect.AT_INIT) {
                mistakes.add(line.place() + ": " + line.name() + " is fixed when the cluster is made"
                        + "\nHINT: Remove the line; give it to walctl init.");
            } else {
                take(line.name(), line.value(), line.place(), mistakes);
            }
        }
    }

    private void takeEnvironment(Map<String, String> environment, List<String> mistakes) {
        environment.forEach((variable, value) -> {
            if (variable.startsWith("SEAWALL_") && !OTHER_VARIABLES.contains(variable)) {
                String name = variable.substring("SEAWALL_".length()).toLowerCase(Locale.ROOT);
                take(name, value, "environment", mistakes);
            }
        });
    }

    private void take(String name, String value, String source, List<String> mistakes) {
        Optional<Setting<?>> setting = SettingCatalog.find(name);
        if (setting.isEmpty()) {
            String hint = SettingCatalog.nearest(name).map(near -> "Did you mean " + near + "?")
                    .orElse("walctl settings lists all there are.");
            mistakes.add(source + ": there is no setting \"" + name + "\"\nHINT: " + hint);
            return;
        }
        try {
            entries.put(setting.get().name(), Entry.parse(setting.get(), value, source));
        } catch (IllegalArgumentException e) {
            mistakes.add(source + ": " + setting.get().name() + ": " + e.getMessage());
        }
    }

    /// What no setting can see alone.
    private void checkTogether(List<String> mistakes) {
        if (get(WalSettings.MIN_WAL_SIZE) > get(CheckpointSettings.MAX_WAL_SIZE)) {
            mistakes.add(source(WalSettings.MIN_WAL_SIZE) + ": min_wal_size "
                    + entry(WalSettings.MIN_WAL_SIZE).text() + " is above max_wal_size "
                    + entry(CheckpointSettings.MAX_WAL_SIZE).text() + "\nHINT: Raise max_wal_size.");
        }
        if (get(ArchiveSettings.ARCHIVE_MODE) && get(ArchiveSettings.ARCHIVE_REPOSITORY).isEmpty()) {
            mistakes.add(source(ArchiveSettings.ARCHIVE_MODE)
                    + ": archive_mode is on, but archive_repository is not set"
                    + "\nHINT: Set archive_repository to the directory that keeps the archive.");
        }
        if (get(ArchiveSettings.ARCHIVE_COMPRESSION) == ArchiveSettings.Compression.GZIP
                && get(ArchiveSettings.ARCHIVE_COMPRESSION_LEVEL) > 9) {
            mistakes.add(source(ArchiveSettings.ARCHIVE_COMPRESSION_LEVEL) + ": archive_compression_level "
                    + entry(ArchiveSettings.ARCHIVE_COMPRESSION_LEVEL).text() + " is too high for gzip"
                    + "\nHINT: gzip has levels 1 to 9.");
        }
        checkPowerOfTwo(WalSettings.WAL_SEGMENT_SIZE, mistakes);
        checkPowerOfTwo(WalSettings.WAL_BUFFERS, mistakes);
    }

    private void checkPowerOfTwo(Setting<Long> setting, List<String> mistakes) {
        if (Long.bitCount(get(setting)) != 1) {
            mistakes.add(source(setting) + ": " + setting.name() + " " + entry(setting).text()
                    + " is not a power of two\nHINT: Give 1MB, 2MB, 4MB ...");
        }
    }

    public <T> T get(Setting<T> setting) {
        return entry(setting).value();
    }

    private String source(Setting<?> setting) {
        return entry(setting).source();
    }

    /// Value and source of a setting.
    @SuppressWarnings("unchecked") // An entry's type is its setting's: only Entry makes them.
    public <T> Entry<T> entry(Setting<T> setting) {
        Entry<?> found = entries.get(setting.name());
        if (found == null) {
            throw new IllegalArgumentException("\"" + setting.name() + "\" is not in the catalog");
        }
        return (Entry<T>) found;
    }

    /// All of them, in the catalog's order.
    public List<Entry<?>> entries() {
        return List.copyOf(entries.values());
    }

    /// The same with one value replaced by an embedding program.
    public <T> Settings with(Setting<T> setting, T value) {
        Settings changed = new Settings(new LinkedHashMap<>(entries));
        // By way of its text, so that the range holds for programs too.
        changed.entries.put(entry(setting).setting().name(),
                Entry.parse(setting, setting.type().format(value), "program"));
        return changed;
    }

    /// The same with one entry of another reading.
    Settings with(Entry<?> entry) {
        Settings changed = new Settings(new LinkedHashMap<>(entries));
        changed.entries.put(entry.setting().name(), entry);
        return changed;
    }
}
