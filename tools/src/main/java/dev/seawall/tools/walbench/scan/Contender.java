package dev.seawall.tools.walbench.scan;

import java.io.IOException;

/// One that reads the whole log.
interface Contender {

    String name();

    /// Reads it once.
    ///
    /// @return records that it found
    long read() throws IOException;
}
