package dev.seawall.walwriter;

import java.nio.file.Path;

/// Where recovery gets segments and history files that `pg_wal` does not have: the archive.
///
/// Declared here because recovery feeds `pg_wal`; implemented by the archiver. Three answers, not
/// two: whoever takes "I don't know" for "there is none" opens a database with commits missing.
public interface SegmentSource {

    /// What became of a request.
    sealed interface Fetched {

        /// The whole file is at the destination, checked, and synced by the descriptor that wrote it; the
        /// directory is not.
        record Found() implements Fetched {}

        /// There is no such file, and that is known, not guessed: `proof` says how.
        record Absent(String proof) implements Fetched {}

        /// The source could not tell: unreachable, damaged, or a hole. Recovery must stop.
        record Unknown(String reason) implements Fetched {}
    }

    /// Fetches a segment or history file by its plain name into a file of the caller's, which
    /// replaces what is there.
    Fetched fetch(String fileName, Path destination);
}
