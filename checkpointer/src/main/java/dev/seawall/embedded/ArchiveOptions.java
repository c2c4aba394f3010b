package dev.seawall.embedded;

import dev.seawall.archiver.repository.Codec;
import java.nio.file.Path;
import java.time.Duration;

/// Where and how completed segments are archived.
///
/// @param repository     `archive_repository`, a directory; made when it is not there
/// @param codec          `archive_compression` and its level
/// @param archiveTimeout `archive_timeout`; zero: segments end when they are full
/// @param isScheduled    whether Quartz runs the sweeps and the timeout; the simulator has its own time
public record ArchiveOptions(Path repository, Codec codec, Duration archiveTimeout, boolean isScheduled) {

    /// How often the archiver is told to look again, whatever it has missed.
    static final Duration SWEEP = Duration.ofMinutes(1);
}
