package dev.seawall.settings;

import java.time.Duration;

/// A setting: its name, type, default and what it is for, defined in one place only.
///
/// @param name        PostgreSQL's where it has one
/// @param takesEffect when a change is seen
/// @param summary     one line, for tables and help
public record Setting<T>(
        String name, SettingType<T> type, T defaultValue, TakesEffect takesEffect, String summary) {

    static final long KB = 1L << 10;
    static final long MB = 1L << 20;
    static final long GB = 1L << 30;
    static final long TB = 1L << 40;

    /// When a changed value is seen.
    public enum TakesEffect {
        /// Fixed when the cluster is made; not allowed in seawall.conf.
        AT_INIT,
        /// Read once, when the process starts.
        AT_START,
        /// Also when the configuration is read again.
        AT_RELOAD
    }

    static Setting<Long> memory(
            String name, long unit, long min, long max, long byDefault, TakesEffect when, String summary) {
        return new Setting<>(name, new SettingType.Memory(unit, min, max), byDefault, when, summary);
    }

    static Setting<Duration> time(
            String name, Duration unit, Duration min, Duration max, Duration byDefault,
            TakesEffect when, String summary) {
        return new Setting<>(name, new SettingType.Time(unit, min, max), byDefault, when, summary);
    }

    static Setting<Integer> whole(
            String name, int min, int max, int byDefault, TakesEffect when, String summary) {
        return new Setting<>(name, new SettingType.Whole(min, max), byDefault, when, summary);
    }

    static Setting<Double> real(
            String name, double min, double max, double byDefault, TakesEffect when, String summary) {
        return new Setting<>(name, new SettingType.Real(min, max), byDefault, when, summary);
    }

    static Setting<Boolean> onOff(String name, boolean byDefault, TakesEffect when, String summary) {
        return new Setting<>(name, new SettingType.Switch(), byDefault, when, summary);
    }

    static <E extends Enum<E>> Setting<E> choice(
            String name, Class<E> of, E byDefault, TakesEffect when, String summary) {
        return new Setting<>(name, new SettingType.Choice<>(of), byDefault, when, summary);
    }

    static Setting<String> text(String name, String byDefault, TakesEffect when, String summary) {
        return new Setting<>(name, new SettingType.Text(), byDefault, when, summary);
    }

    static Setting<Integer> octal(String name, int byDefault, TakesEffect when, String summary) {
        return new Setting<>(name, new SettingType.Octal(), byDefault, when, summary);
    }

    /// The variable that sets it: `SEAWALL_WAL_BUFFERS`.
    public String environmentName() {
        return "SEAWALL_" + name.toUpperCase(java.util.Locale.ROOT);
    }
}
