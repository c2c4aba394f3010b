package dev.seawall.tools.testfsync;

import java.io.IOException;
import java.util.function.LongConsumer;

/// Something done to a disk over and over that is timed.
interface Trial extends AutoCloseable {

    String name();

    /// Bytes of each operation; 0 if it has none.
    int bytes();

    /// Goes on for a while, once at least.
    ///
    /// @param latency takes how long each operation took, nanoseconds
    /// @return how long all of it took
    long run(long nanos, LongConsumer latency) throws IOException;

    @Override
    void close() throws IOException;
}
