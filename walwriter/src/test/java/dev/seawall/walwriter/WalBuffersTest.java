package dev.seawall.walwriter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.body.LogicalMessage;
import dev.seawall.wal.role.SystemWorld;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Who begins a page zeroes it; who has a place further on in it waits for that, also where the log begins.
@Timeout(60)
class WalBuffersTest {

    private static final PageLayout LAYOUT = new PageLayout(1 << 20);
    private static final Lsn START = new Lsn(1 << 20);
    private static final int BYTES = 64 << 10;

    private final SystemWorld world = new SystemWorld();
    private final Insertions insertions = new Insertions(16, START.value());
    private final FlushProgress progress = new FlushProgress(world, START, new FutureCompleter());
    private final InsertPosition position =
            new InsertPosition(LAYOUT, insertions, new CommitClock(world, 0), new WalCounters(), START, Lsn.INVALID);
    private final WalBuffers buffers = new WalBuffers(BYTES, LAYOUT, 1, 4711, insertions, progress, new Gate(world),
            new WalCounters(), START);

    @AfterEach
    void close() {
        buffers.close();
    }

    private Insertion reserved(int contentBytes, char content) {
        position.limits(START.plus(1 << 20), START.plus(1 << 20));
        Insertion place = new Insertion();
        byte[] bytes = new byte[contentBytes];
        java.util.Arrays.fill(bytes, (byte) content);
        LogicalMessage.encode(place.record, 0, new byte[] {'p'}, ByteBuffer.wrap(bytes));
        place.record.checksumBody();
        long aligned = PageLayout.align8(place.record.length());
        assertThat(position.reserve(place, 1, aligned, aligned, false, false)).isEqualTo(InsertPosition.Refusal.NONE);
        place.record.seal(place.previous);
        return place;
    }

    private void copy(Insertion place) {
        buffers.copy(place.record, place.from, place.sequence);
    }

    private void fillWithOlderLog() {
        for (int at = 0; at < BYTES; at += 4096) {
            ByteBuffer view = buffers.view(START.value() + at, START.value() + at + 4096);
            while (view.hasRemaining()) {
                view.put((byte) 0xAB);
            }
        }
    }

    private byte[] page(long page) {
        byte[] bytes = new byte[PageLayout.PAGE_BYTES];
        buffers.view(page, page + PageLayout.PAGE_BYTES).get(bytes);
        return bytes;
    }

    private void whoeverIsSecondWaitsForTheFirst(Insertion first, Insertion second) throws InterruptedException {
        fillWithOlderLog();
        Thread early = Thread.ofPlatform().start(() -> copy(second));
        while (early.getState() != Thread.State.WAITING) {
            assertThat(early.isAlive()).as("the second one waits for the page to be begun").isTrue();
            Thread.onSpinWait();
        }
        copy(first);
        early.join();
        long page = second.from & -PageLayout.PAGE_BYTES;
        byte[] bytes = page(page);
        int end = (int) (second.end - page);
        assertThat(bytes[end - 8]).isEqualTo((byte) 'b');
        for (int at = end; at < bytes.length; at++) {
            assertThat(bytes[at]).as("byte " + at + " behind the last record").isZero();
        }
    }

    @Test
    void at_the_logs_first_page() throws Exception {
        whoeverIsSecondWaitsForTheFirst(reserved(100, 'a'), reserved(200, 'b'));
    }

    @Test
    void at_a_page_that_a_record_goes_on_to() throws Exception {
        copy(reserved(8_000, 'x'));
        whoeverIsSecondWaitsForTheFirst(reserved(20_000, 'a'), reserved(200, 'b'));
    }

    @Test
    void a_record_behind_a_long_one_waits_for_the_last_of_its_pages_alone() throws Exception {
        Insertion first = reserved(100, 'x');
        Insertion longOne = reserved(20_000, 'a');
        Insertion second = reserved(200, 'b');
        Thread early = Thread.ofPlatform().start(() -> copy(longOne));
        while (early.getState() != Thread.State.WAITING) {
            assertThat(early.isAlive()).as("the long one waits for its first page to be begun").isTrue();
            Thread.onSpinWait();
        }
        copy(second);
        assertThat(early.isAlive()).as("nothing of the long one is copied yet").isTrue();
        copy(first);
        early.join();

        byte[] last = page(second.from & -PageLayout.PAGE_BYTES);
        int inPage = (int) second.from & PageLayout.PAGE_BYTES - 1;
        assertThat(ByteBuffer.wrap(last).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt(16))
                .as("bytes still to come")
                .isBetween(inPage - PageLayout.SHORT_HEADER - 7, inPage - PageLayout.SHORT_HEADER);
        assertThat(last[PageLayout.SHORT_HEADER]).isEqualTo((byte) 'a');
        assertThat(last[inPage - 8]).isEqualTo((byte) 'a');
    }

    @Test
    void a_sealed_record_is_copied_around_page_headers() {
        Insertion place = reserved(9_000, 'a');
        copy(place);
        EncodedRecord record = place.record;
        byte[] first = page(START.value());
        int body = PageLayout.PAGE_BYTES - PageLayout.LONG_HEADER;
        byte[] second = page(START.value() + PageLayout.PAGE_BYTES);
        assertThat(ByteBuffer.wrap(first).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt(PageLayout.LONG_HEADER))
                .isEqualTo(record.length());
        assertThat(ByteBuffer.wrap(second).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt(16))
                .as("bytes still to come").isEqualTo(record.length() - body);
        assertThat(second[PageLayout.SHORT_HEADER]).isEqualTo((byte) 'a');
    }

    @Test
    void a_page_is_read_until_a_later_one_takes_its_place() {
        copy(reserved(9_000, 'a'));
        ByteBuffer into = ByteBuffer.allocateDirect(PageLayout.PAGE_BYTES);
        assertThat(buffers.read(START.value(), into)).isTrue();
        byte[] read = new byte[PageLayout.PAGE_BYTES];
        into.flip().get(read);
        assertThat(read).isEqualTo(page(START.value()));
        assertThat(buffers.read(START.value() + 2 * PageLayout.PAGE_BYTES, into.clear())).as("not begun").isFalse();

        Insertion last = null;
        while (last == null || last.end <= START.value() + BYTES) {
            if (last != null) {
                buffers.release(last.from);
            }
            last = reserved(4_000, 'b');
            copy(last);
        }
        assertThat(buffers.read(START.value(), into.clear())).as("its place is another's").isFalse();
        assertThat(into.position()).isZero();
        assertThat(buffers.read(START.value() + BYTES, into.clear())).isTrue();
    }
}
