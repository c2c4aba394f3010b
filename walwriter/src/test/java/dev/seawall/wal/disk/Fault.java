package dev.seawall.wal.disk;

/// What can befall a call to a [SimulatedDisk].
public sealed interface Fault {

    /// The power goes. During a write some of its pages have arrived; during a sync some of the
    /// sectors are durable; another call has happened or not.
    record Cut(Phase phase) implements Fault {}

    /// The device refuses (EIO). A failed sync or write-back has lost some of the dirty pages,
    /// which are clean from then on; the page cache keeps showing them.
    record InputOutputError() implements Fault {}

    /// ENOSPC, whatever room there is.
    record NoSpace() implements Fault {}

    /// A buffered write that says OK, and whose write-back in the background fails soon after: some
    /// of the file's dirty pages are lost and clean, and descriptors open now will hear of it.
    record WriteBackError() implements Fault {}

    /// A write that says OK and does nothing.
    record LostWrite() implements Fault {}

    /// A write that says OK and arrives so many bytes further on.
    record MisdirectedWrite(long distance) implements Fault {}

    /// When, seen from the call.
    enum Phase { BEFORE, DURING, AFTER }
}
