package dev.seawall.peers;

import dev.seawall.tools.walbench.contest.Contestant;
import dev.seawall.tools.walbench.contest.Entry;
import dev.seawall.tools.walbench.load.Engine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// A log of somebody else's that runs in this JVM.
///
/// @param name    as the command line names it
/// @param title   with its version
/// @param opener  opens a new one in an empty directory
/// @param problem why it cannot take part here, if it cannot
record Peer(String name, String title, List<String> jvmFlags, Opener opener, Supplier<Optional<String>> problem)
        implements Contestant {

    /// Opens a log for records of one size.
    @FunctionalInterface
    interface Opener {
        Engine open(Path directory, int bytes) throws Exception;
    }

    Peer(String name, String title, List<String> jvmFlags, Opener opener) {
        this(name, title, jvmFlags, opener, Optional::empty);
    }

    @Override
    public Group group() {
        return Group.PEER;
    }

    @Override
    public Optional<String> missing() {
        return problem.get();
    }

    @Override
    public Entry open(Path directory, int bytes) throws Exception {
        return Entry.of(opener.open(directory, bytes));
    }
}
