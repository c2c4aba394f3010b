package dev.seawall.peers;

import dev.seawall.tools.walbench.load.Engine;
import dev.seawall.tools.walbench.load.Stream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.bookkeeper.bookie.Journal;
import org.apache.bookkeeper.bookie.LedgerDirsManager;
import org.apache.bookkeeper.client.api.BKException;
import org.apache.bookkeeper.conf.ServerConfiguration;
import org.apache.bookkeeper.stats.NullStatsLogger;
import org.apache.bookkeeper.util.DiskChecker;

/// BookKeeper's journal, without the bookie around it.
///
/// Durable: `journalSyncData` (the default), and each entry is acknowledged by the thread that has forced the file it
/// is in. As it comes it waits up to 2 ms for a larger group; here it waits for none, so that a group is what came
/// while the last was forced, and its groups have no other bound than the size of its write buffer.
final class BookKeeperLog implements Engine, Stream.Futures<Acknowledgement> {

    private final Journal journal;
    private final byte[] payload;
    private final AtomicLong entry = new AtomicLong();

    BookKeeperLog(Path directory, int bytes) throws IOException {
        payload = Payload.of(bytes);
        File home = Files.createDirectories(directory.resolve("journal/current")).getParent().toFile();
        File ledgers = Files.createDirectories(directory.resolve("ledgers/current")).getParent().toFile();
        ServerConfiguration settings = new ServerConfiguration()
                .setJournalDirName(home.toString())
                .setLedgerDirNames(new String[] {ledgers.toString()})
                .setJournalMaxGroupWaitMSec(0)
                .setJournalBufferedEntriesThreshold(0)
                .setJournalBufferedWritesThreshold(4 << 20)
                .setJournalWriteBufferSizeKB(4096)
                .setJournalRemovePagesFromCache(false);
        settings.setProperty("journalPreAllocSizeMB", 64);
        journal = new Journal(0, new File(home, "current"), settings,
                new LedgerDirsManager(settings, settings.getLedgerDirs(), new DiskChecker(0.99f, 0.98f)),
                NullStatsLogger.INSTANCE, UnpooledByteBufAllocator.DEFAULT);
        journal.start();
    }

    @Override
    public Acknowledgement append() throws InterruptedException {
        Acknowledgement acknowledgement = new Acknowledgement();
        ByteBuf content = Unpooled.wrappedBuffer(payload);
        journal.logAddEntry(1, entry.getAndIncrement(), content, false, (code, _, _, _, to) -> ((Acknowledgement) to)
                .complete(code == BKException.Code.OK ? "" : BKException.getMessage(code)), acknowledgement);
        return acknowledgement;
    }

    @Override
    public boolean isDurable(Acknowledgement record) {
        return record.isDone();
    }

    @Override
    public void await(Acknowledgement record) throws IOException {
        record.await();
    }

    @Override
    public void commit() throws Exception {
        append().await();
    }

    @Override
    public Stream stream() {
        return this;
    }

    @Override
    public void close() {
        journal.shutdown();
    }
}
