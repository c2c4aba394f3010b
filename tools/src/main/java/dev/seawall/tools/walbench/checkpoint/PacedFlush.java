package dev.seawall.tools.walbench.checkpoint;

import dev.seawall.checkpointer.files.DataPage;
import dev.seawall.checkpointer.pages.Flushing;
import dev.seawall.checkpointer.pages.PageStore;
import java.io.IOException;
import java.time.Duration;

/// Writes all dirty pages, no faster than is said.
///
/// @param bytesASecond 0: as fast as it goes
record PacedFlush(PageStore store, long bytesASecond) {

    /// @param pages     that were written
    /// @param writing   until all were, pauses included
    /// @param finalSync what it took then to make them durable
    record Done(int pages, Duration writing, Duration finalSync) {}

    Done run() throws IOException {
        Flushing flushing = store.beginFlush();
        long began = System.nanoTime();
        while (!flushing.isWritten()) {
            flushing.writeNext();
            pauseUntil(began, (long) flushing.written() * DataPage.BYTES);
        }
        long written = System.nanoTime();
        flushing.finish();
        return new Done(flushing.written(), Duration.ofNanos(written - began),
                Duration.ofNanos(System.nanoTime() - written));
    }

    private void pauseUntil(long began, long bytes) throws IOException {
        long due = bytesASecond == 0 ? 0 : (long) (bytes * 1e9 / bytesASecond);
        long early = due - (System.nanoTime() - began);
        if (early > 0) {
            try {
                Thread.sleep(Duration.ofNanos(early));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }
}
