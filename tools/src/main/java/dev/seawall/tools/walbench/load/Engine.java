package dev.seawall.tools.walbench.load;

import java.io.IOException;

/// A log in this JVM, open, with records of one size.
///
/// [#commit] comes from many threads at a time.
public interface Engine extends AutoCloseable {

    /// Logs one record, and returns when a power cut can not take it away any more.
    void commit() throws Exception;

    /// How one thread logs without waiting for each record.
    Stream stream();

    /// Bytes of log so far, or -1 where only the content can be counted.
    default long logBytes() {
        return -1;
    }

    /// What is to be known of it before it is closed, such as how far somebody is behind; empty: nothing.
    default String remark() {
        return "";
    }

    @Override
    void close() throws IOException;
}
