package dev.seawall.walwriter.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.record.RelationId;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.cluster.ArchiverActivity;
import dev.seawall.walwriter.cluster.CheckpointerActivity;
import dev.seawall.walwriter.cluster.Checkpointing.FileCopy;
import dev.seawall.walwriter.link.LinkCodec.Numbered;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LinkCodecTest {

    private static final TimelineHistory HISTORY = TimelineHistory.root(TimelineId.FIRST)
            .branch(new TimelineId(2), new Lsn(0x3000060), "before the flood").branch(new TimelineId(7),
                    new Lsn(0x4000028), "no recovery target specified");
    private static final CheckpointReport REPORT = new CheckpointReport(-5, new TimelineId(7), new Lsn(0x5000028));
    private static final Instant TIME = Instant.parse("2026-02-03T04:05:06.789012345Z");

    private static List<LinkMessage> messages() {
        List<LinkMessage> all = new ArrayList<>(List.of(
                new LinkMessage.Welcome("0.1.0 Ω", -1L, HISTORY, 16 << 20, new Lsn(1), Lsn.MAX, 1L << 40, true),
                new LinkMessage.Checkpoint(new Lsn(77), true), new LinkMessage.Checkpoint(Lsn.INVALID, false),
                new LinkMessage.ReadPage(new RelationId(1663, 5, -2), -3, new Lsn(99)),
                new LinkMessage.HoldFiles(new Lsn(5), false), new LinkMessage.ReleaseFiles(),
                new LinkMessage.ListFiles(LinkMessage.FileKind.OTHERS, "base/5/16384"),
                new LinkMessage.CopyFile(new Lsn(6), "base/5/16384.1", 1L << 33, 8192),
                new LinkMessage.Files(List.of(new FileCopy.Entry("base/5/2619_vm", 1L << 40),
                        new FileCopy.Entry("base/engines/kv/Ω", 0))), new LinkMessage.Files(List.of()),
                new LinkMessage.HoldEngineFiles(), new LinkMessage.ReleaseEngineFiles(),
                new LinkMessage.ShutDown(new Lsn(1234)), new LinkMessage.Reload(), new LinkMessage.Wake(),
                new LinkMessage.Attach(), new LinkMessage.Report(REPORT),
                new LinkMessage.AbortTransactionsBefore(new Lsn(8)),
                new LinkMessage.CheckpointerTold(CheckpointerActivity.NONE),
                new LinkMessage.CheckpointerTold(new CheckpointerActivity(1, 2, 3, 4, Duration.ofNanos(5_000_000_001L),
                        Duration.ofMillis(-3), new Lsn(9), new Lsn(10), TIME, TIME.plusSeconds(1))),
                new LinkMessage.SwitchSegment(), new LinkMessage.LastImportant(),
                new LinkMessage.ArchiverTold(ArchiverActivity.NONE),
                new LinkMessage.ArchiverTold(new ArchiverActivity(5, "000000010000000000000001", TIME, 6,
                        "00000002.history", Instant.EPOCH, TIME)),
                new LinkMessage.Done(), new LinkMessage.Reported(REPORT), new LinkMessage.Count(-1),
                new LinkMessage.Position(new Lsn(11))));
        byte[] page = new byte[8192];
        new Random(1).nextBytes(page);
        all.add(new LinkMessage.Piece(Bytes.of(ByteBuffer.wrap(page, 5, 700))));
        all.add(new LinkMessage.Page(Bytes.of(ByteBuffer.wrap(page))));
        for (LinkMessage.Failure failure : LinkMessage.Failure.values()) {
            all.add(new LinkMessage.Failed(failure, "it went wrong\nHINT: Try again."));
        }
        return all;
    }

    private static byte[] bytes(Numbered numbered) throws IOException {
        return MemoryChannel.bytes(out -> LinkCodec.write(out, numbered));
    }

    @Test
    void there_is_an_example_of_every_kind_of_message() {
        Set<Object> kinds = new HashSet<>();
        for (Class<?> group : LinkMessage.class.getPermittedSubclasses()) {
            kinds.addAll(Arrays.asList(group.getPermittedSubclasses()));
        }
        Set<Object> there = new HashSet<>();
        messages().forEach(message -> there.add(message.getClass()));

        assertThat(there).isEqualTo(kinds).hasSizeGreaterThan(10);
    }

    @Test
    void what_is_written_is_read_again() throws IOException {
        long number = Long.MIN_VALUE;
        for (LinkMessage message : messages()) {
            Numbered numbered = new Numbered(number++, message);
            assertThat(LinkCodec.read(MemoryChannel.input(bytes(numbered)))).isEqualTo(numbered);
        }
    }

    @Test
    void a_message_that_is_cut_off_or_too_long_is_refused() throws IOException {
        for (LinkMessage message : messages()) {
            byte[] whole = bytes(new Numbered(1, message));
            for (int length = 5; length < whole.length; length += 1 + length / 50) {
                assertMalformed(resized(whole, length), message + " cut to " + length);
            }
            assertMalformed(resized(whole, whole.length + 1), message + " and a byte");
        }
    }

    private static byte[] resized(byte[] message, int length) {
        byte[] copy = Arrays.copyOf(message, length);
        ByteBuffer.wrap(copy).putInt(1, length - 1);
        return copy;
    }

    private static void assertMalformed(byte[] message, String what) {
        assertThatThrownBy(() -> LinkCodec.read(MemoryChannel.input(message))).as(what)
                .isInstanceOf(IOException.class).hasMessageContaining("malformed message on the link");
    }

    @Test
    void random_bytes_are_a_message_or_malformed_and_nothing_else() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int read = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] payload = new byte[random.nextInt(60)];
            random.nextBytes(payload);
            if (payload.length > 0 && random.nextBoolean()) {
                payload[0] = (byte) "wcphrfoexslkatbygizDRPFBNLE".charAt(random.nextInt(27));
            }
            try {
                LinkCodec.read(MemoryChannel.input(MemoryChannel.bytes(out -> out.bytes(payload))));
                read++;
            } catch (IOException e) {
                assertThat(e).as("seed " + seed).hasMessageContaining("malformed message on the link");
            }
        }
        assertThat(read).as("messages that were read, seed " + seed).isPositive();
    }

    @Test
    void a_message_with_changed_bytes_is_a_message_or_malformed_and_nothing_else() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (LinkMessage message : messages()) {
            byte[] whole = bytes(new Numbered(1, message));
            for (int i = 0; i < 300; i++) {
                byte[] changed = whole.clone();
                changed[5 + random.nextInt(changed.length - 5)] = (byte) random.nextInt();
                try {
                    LinkCodec.read(MemoryChannel.input(changed));
                } catch (IOException e) {
                    assertThat(e).as("seed " + seed).hasMessageContaining("malformed message on the link");
                }
            }
        }
    }
}
