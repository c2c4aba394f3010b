package dev.seawall.walwriter.subscription;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.read.LogBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;

/// A log whose readers take turns: a read of a slow disk occupies one of the few threads that carry
/// everybody's virtual ones.
final class PoliteLog implements LogBytes {

    private final LogBytes log;
    private final Semaphore turns;

    PoliteLog(LogBytes log, Semaphore turns) {
        this.log = log;
        this.turns = turns;
    }

    @Override
    public boolean readPage(Lsn page, ByteBuffer into) throws IOException {
        turns.acquireUninterruptibly();
        try {
            return log.readPage(page, into);
        } finally {
            turns.release();
        }
    }

    @Override
    public String fileNameOf(Lsn lsn) {
        return log.fileNameOf(lsn);
    }

    @Override
    public String absenceOf(Lsn page) {
        return log.absenceOf(page);
    }

    @Override
    public void limit(Lsn limit) {
        log.limit(limit);
    }

    @Override
    public void forget() {
        log.forget();
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
