package dev.seawall.archiver.receive;

import dev.seawall.archiver.ArchiveFixture;
import dev.seawall.archiver.Archiver;
import dev.seawall.archiver.SegmentCheck.Behind;
import dev.seawall.archiver.WalFiles;
import dev.seawall.archiver.repository.Codec;
import dev.seawall.wal.Lsn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// A spool beside the fixture's repository, and one run of all that receives, step by step.
final class ReceiveFixture {

    static final Path SPOOL = Path.of("/archive/spool");
    private static final int STEPS_MAX = 3000;

    private final ArchiveFixture fixture;

    ReceiveFixture(ArchiveFixture fixture) {
        this.fixture = fixture;
    }

    static ReceiveFixture create(long seed) throws IOException {
        return new ReceiveFixture(ArchiveFixture.create(seed));
    }

    ReceiveFixture copy(long seed) {
        return new ReceiveFixture(fixture.copy(seed));
    }

    ArchiveFixture archive() {
        return fixture;
    }

    Spool spool() throws IOException {
        return Spool.open(fixture.disk, SPOOL, ArchiveFixture.LAYOUT, ArchiveFixture.IDENTITY.systemId());
    }

    /// Receives until all before `until` is durable, and archives what is complete.
    void receive(PreparedServer server, Lsn until) throws IOException {
        receive(server, new LogReceiver.Options(until, false, true));
    }

    LogReceiver receive(PreparedServer server, LogReceiver.Options options) throws IOException {
        Archiver archiver = new Archiver(fixture.disk, fixture.world, SPOOL,
                new WalFiles(fixture.disk, fixture.archive(), ArchiveFixture.IDENTITY, Codec.NONE),
                ArchiveFixture.LAYOUT.segmentBytes(), Behind.UNKNOWN);
        try (Spool spool = spool()) {
            LogReceiver receiver = new LogReceiver(server, spool, fixture.archive(), ArchiveFixture.LAYOUT, options,
                    fixture.world, archiver::wake);
            for (int step = 0; !receiver.isFinished(); step++) {
                if (step == STEPS_MAX) {
                    throw new AssertionError("does not end: " + receiver.progress());
                }
                fixture.world.letPass(receiver.hasWork() ? Duration.ZERO : Duration.ofSeconds(1));
                receiver.step();
                if (step % 5 == 4) {
                    receiver.report();
                    archiver.step();
                }
            }
            archiver.wake();
            while (archiver.hasWork()) {
                archiver.step();
            }
            return receiver;
        }
    }

    byte[] archived(String name) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        fixture.archive().get(name, content);
        return content.toByteArray();
    }

    boolean isArchived(String name) throws IOException {
        return fixture.archive().holds(name);
    }

    byte[] spooled(String name) throws IOException {
        return fixture.read(SPOOL.resolve(name));
    }

    boolean isSpooled(String name) throws IOException {
        return fixture.disk.exists(SPOOL.resolve(name));
    }
}
