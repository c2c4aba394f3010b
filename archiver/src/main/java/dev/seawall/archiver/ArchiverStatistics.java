package dev.seawall.archiver;

import dev.seawall.walwriter.cluster.ArchiverActivity;
import java.time.Instant;
import java.util.Optional;

/// What became of archiving since the archiver started; as PostgreSQL's pg_stat_archiver, and how
/// far behind it is.
///
/// @param archived     files archived
/// @param lastArchived the last of them
/// @param failed       attempts that failed; every one counts, whatever the reason
/// @param lastFailed   the last of them; older than `lastArchived` once things are well again
/// @param ready        files that wait
/// @param readyBytes   what they hold
/// @param oldestReady  the file that waits longest; `at` is when the archiver first saw it
public record ArchiverStatistics(
        long archived, Optional<Event> lastArchived,
        long failed, Optional<Failure> lastFailed,
        long ready, long readyBytes, Optional<Event> oldestReady) {

    /// Something that happened to a file.
    public record Event(String name, Instant at) {}

    /// Why a file was not archived.
    public record Failure(String name, Instant at, String reason) {}

    static final ArchiverStatistics NONE = new ArchiverStatistics(
            0, Optional.empty(), 0, Optional.empty(), 0, 0, Optional.empty());

    ArchiverStatistics archived(String name, Instant at) {
        return new ArchiverStatistics(archived + 1, Optional.of(new Event(name, at)),
                failed, lastFailed, ready, readyBytes, oldestReady);
    }

    ArchiverStatistics failed(String name, Instant at, String reason) {
        return new ArchiverStatistics(archived, lastArchived,
                failed + 1, Optional.of(new Failure(name, at, reason)), ready, readyBytes, oldestReady);
    }

    ArchiverStatistics waiting(long files, long bytes, Optional<Event> oldest) {
        return new ArchiverStatistics(archived, lastArchived, failed, lastFailed, files, bytes, oldest);
    }

    /// As the log's server shows it.
    ///
    /// @param since when counting began
    public ArchiverActivity activity(Instant since) {
        return new ArchiverActivity(archived, lastArchived.map(Event::name).orElse(null),
                lastArchived.map(Event::at).orElse(null), failed, lastFailed.map(Failure::name).orElse(null),
                lastFailed.map(Failure::at).orElse(null), since);
    }
}
