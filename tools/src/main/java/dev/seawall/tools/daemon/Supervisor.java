package dev.seawall.tools.daemon;

import java.time.Duration;
import java.util.Optional;

/// Who started this process and watches it: systemd, or nobody.
///
/// A daemon tells it where it stands, and takes from it what was opened beforehand. A supervisor that
/// cannot be reached is no reason to stop: what it is told is lost then. Thread-safe.
public interface Supervisor {

    /// Nobody watches.
    Supervisor NONE = new Supervisor() {
        @Override
        public void ready(String status) {}

        @Override
        public void status(String text) {}

        @Override
        public void reloading() {}

        @Override
        public void stopping(String status) {}

        @Override
        public Optional<Duration> watchdogInterval() {
            return Optional.empty();
        }

        @Override
        public void watchdogTick() {}
    };

    /// Work has begun; also after [#reloading], when that is done.
    void ready(String status);

    /// One line for people; sent only when it differs from the last one.
    void status(String text);

    /// The configuration is being read again; [#ready] follows.
    void reloading();

    /// The end has begun.
    void stopping(String status);

    /// How often [#watchdogTick] is expected; whoever lets it pass is killed. Empty: nobody waits.
    Optional<Duration> watchdogInterval();

    /// The work goes on. Told by the loop that has seen it go on, not by a clock.
    void watchdogTick();
}
