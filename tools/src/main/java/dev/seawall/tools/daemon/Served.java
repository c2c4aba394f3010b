package dev.seawall.tools.daemon;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a daemon runs: a role with all it needs, as its process sees it.
///
/// It takes changed settings by listening to the [dev.seawall.settings.LiveSettings] it was opened with.
interface Served {

    /// One line that tells where it stands. Asks its work, so that an answer means that it goes on.
    String status();

    /// What ended it, or null while it goes on.
    @Nullable Throwable failure();

    /// Comes to its end, and returns when nothing of it is left, whatever it throws.
    ///
    /// @param mode asked again while waiting: a later signal may be more urgent
    void stop(Supplier<StopMode> mode) throws Exception;
}
