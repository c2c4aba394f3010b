package dev.seawall.tools.walbench.contest;

import dev.seawall.tools.walbench.load.Load;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Who takes part: a log of ours, a peer, or the disk alone. A [Lineup] brings it along.
///
/// A peer is given the fastest settings that keep each commit through a power cut, and says in its Javadoc what it
/// does for that: one that is measured unfairly slow would be a lie.
public interface Contestant {

    /// What it is measured for.
    enum Group {
        /// Ours.
        SEAWALL,
        /// Another log.
        PEER,
        /// The disk without a log: what nobody can beat.
        DISK,
        /// What measuring itself costs; takes part only when it is named.
        GAUGE
    }

    /// As the command line names it: lower-case letters, digits, `-`, `_` and `:`.
    String name();

    /// As tables name it, with its version.
    String title();

    Group group();

    /// Why it cannot take part here; empty if it can.
    default Optional<String> missing() {
        return Optional.empty();
    }

    /// What its JVM needs besides the flags that all have.
    default List<String> jvmFlags() {
        return List.of();
    }

    /// Whether it can be asked this.
    default boolean runs(Load load) {
        return load.kind() != Load.Kind.DISK;
    }

    /// Makes a new log in an empty directory.
    ///
    /// @param bytes of each record
    Entry open(Path directory, int bytes) throws Exception;
}
