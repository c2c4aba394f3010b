package dev.seawall.checkpointer.process;

import dev.seawall.walwriter.link.CopyChannel;
import java.io.IOException;

/// How the walwriter is reached: over its socket, or, in tests, in memory.
@FunctionalInterface
public interface Walwriter {

    /// Connects, logs in, and gives a replication command that enters copy-both mode.
    ///
    /// @return a connection of its own; closing it ends it
    /// @throws IOException if nobody is there, or it refuses
    CopyChannel open(String command) throws IOException;
}
