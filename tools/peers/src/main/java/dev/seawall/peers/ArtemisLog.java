package dev.seawall.peers;

import dev.seawall.tools.walbench.load.Engine;
import dev.seawall.tools.walbench.load.Stream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.activemq.artemis.core.io.AbstractSequentialFileFactory;
import org.apache.activemq.artemis.core.io.aio.AIOSequentialFileFactory;
import org.apache.activemq.artemis.core.io.nio.NIOSequentialFileFactory;
import org.apache.activemq.artemis.core.journal.IOCompletion;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.apache.activemq.artemis.core.journal.impl.dataformat.ByteArrayEncoding;

/// The journal of ActiveMQ Artemis.
///
/// Durable: `sync`, and each record's callback comes after its buffer was written and forced. Its buffer is flushed by
/// a timer, 3.3 ms with NIO and 0.5 ms with AIO as it comes; here the timer is as short as it can be, so that a buffer
/// holds what came while the last was written.
final class ArtemisLog implements Engine, Stream.Futures<ArtemisLog.Completion> {

    private static final int FILE_BYTES = 32 << 20;
    private static final int FILES = 4;
    private static final int BUFFER_BYTES = 4 << 20;
    private static final int NO_TIMER_NANOS = 1;
    private static final int MOST_NIO = 1;
    private static final int MOST_AIO = 500;

    private final AbstractSequentialFileFactory files;
    private final JournalImpl journal;
    private final ByteArrayEncoding payload;
    private final AtomicLong id = new AtomicLong(1);

    /// A record on its way.
    static final class Completion extends Acknowledgement implements IOCompletion {

        @Override
        public void storeLineUp() {
            // Nothing is counted.
        }

        @Override
        public void done() {
            complete("");
        }

        @Override
        public void onError(int code, String message) {
            complete("error " + code + ": " + message);
        }
    }

    private ArtemisLog(AbstractSequentialFileFactory files, int most, int bytes) throws IOException {
        this.files = files;
        payload = new ByteArrayEncoding(Payload.of(bytes));
        journal = new JournalImpl(FILE_BYTES, FILES, FILES, 0, 0, files, "walbench", "amq", most);
        try {
            files.start();
            journal.start();
            journal.load(new ArrayList<>(), new ArrayList<>(), null, false);
        } catch (Exception e) {
            throw new IOException("could not open the journal", e);
        }
    }

    static ArtemisLog nio(Path directory, int bytes) throws IOException {
        return new ArtemisLog(new NIOSequentialFileFactory(
                directory.toFile(), true, BUFFER_BYTES, NO_TIMER_NANOS, MOST_NIO, false), MOST_NIO, bytes);
    }

    static ArtemisLog aio(Path directory, int bytes) throws IOException {
        return new ArtemisLog(new AIOSequentialFileFactory(
                directory.toFile(), BUFFER_BYTES, NO_TIMER_NANOS, MOST_AIO, false), MOST_AIO, bytes);
    }

    /// Where the build has put its native library: beside the jar, or the classes, of this module.
    static Path libraries() {
        return Path.of(URI.create(ArtemisLog.class.getProtectionDomain().getCodeSource().getLocation().toString()))
                .resolveSibling("native");
    }

    /// Why there is no AIO here: found out by loading the library.
    @SuppressWarnings("restricted")
    static Optional<String> noAio() {
        try {
            System.load(libraries().resolve("libartemis-native-64.so").toString());
            return Optional.empty();
        } catch (UnsatisfiedLinkError e) {
            return Optional.of(e.getMessage()
                    + "\nHINT: It is for x86-64 and needs libaio (Debian: apt install libaio1).");
        }
    }

    @Override
    public Completion append() throws Exception {
        Completion completion = new Completion();
        journal.appendAddRecord(id.getAndIncrement(), (byte) 1, payload, true, completion);
        return completion;
    }

    @Override
    public boolean isDurable(Completion record) {
        return record.isDone();
    }

    @Override
    public void await(Completion record) throws IOException {
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
    public void close() throws IOException {
        try {
            journal.stop();
            files.stop();
        } catch (Exception e) {
            throw new IOException("could not close the journal", e);
        }
    }
}
