package dev.seawall.settings;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// The settings of a running process: what was read last, and how to read it again.
///
/// A reload changes what takes effect at reload; what is read once at the start keeps its value, and
/// the answer names it. A file with mistakes changes nothing. Thread-safe.
public final class LiveSettings {

    /// Reads `seawall.conf` under the same environment and command line as at the start.
    @FunctionalInterface
    public interface Source {
        Settings load() throws IOException;
    }

    /// What a reload did, as names of settings.
    ///
    /// @param changed   have a new value now
    /// @param atRestart have a new value in the file, which the next start takes
    public record Reloaded(List<String> changed, List<String> atRestart) {}

    private final Source source;
    private final List<Consumer<Settings>> listeners = new CopyOnWriteArrayList<>();
    private volatile Settings current;

    private LiveSettings(Source source, Settings current) {
        this.source = source;
        this.current = current;
    }

    /// @throws SettingsException with all mistakes there are
    public static LiveSettings load(Source source) throws IOException {
        return new LiveSettings(source, source.load());
    }

    /// For a program that has no file: a reload finds what it gave.
    public static LiveSettings fixed(Settings settings) {
        return new LiveSettings(() -> settings, settings);
    }

    public Settings current() {
        return current;
    }

    public <T> T get(Setting<T> setting) {
        return current.get(setting);
    }

    /// Called after each reload, by the one who reloads; files that settings name may have changed though
    /// no setting has.
    public void onReload(Consumer<Settings> listener) {
        listeners.add(listener);
    }

    /// @throws SettingsException with all mistakes there are; the old values stay
    public synchronized Reloaded reload() throws IOException {
        Settings read = source.load();
        List<String> changed = new ArrayList<>();
        List<String> atRestart = new ArrayList<>();
        Settings next = current;
        for (Settings.Entry<?> entry : read.entries()) {
            if (!entry.value().equals(current.entry(entry.setting()).value())) {
                boolean isNow = entry.setting().takesEffect() == Setting.TakesEffect.AT_RELOAD;
                (isNow ? changed : atRestart).add(entry.setting().name());
                next = isNow ? next.with(entry) : next;
            }
        }
        current = next;
        for (Consumer<Settings> listener : listeners) {
            listener.accept(next);
        }
        return new Reloaded(List.copyOf(changed), List.copyOf(atRestart));
    }
}
