package dev.seawall.tools.walbench.load;

/// How one thread logs without waiting for each record: whichever of the two is faster for a log, or all it has.
public sealed interface Stream {

    /// Each record is acknowledged by itself.
    ///
    /// @param <F> what stands for a record on its way
    non-sealed interface Futures<F> extends Stream {

        /// Logs a record.
        F append() throws Exception;

        boolean isDurable(F record);

        /// Waits until it is.
        ///
        /// @throws Exception if it never will be
        void await(F record) throws Exception;
    }

    /// Records are made durable by the batch.
    non-sealed interface Batches extends Stream {

        /// Logs so many records, and returns when they are durable.
        void batch(int records) throws Exception;
    }
}
