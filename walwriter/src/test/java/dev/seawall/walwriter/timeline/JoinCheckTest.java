package dev.seawall.walwriter.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.read.MemoryLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class JoinCheckTest {

    private final MemoryLog own = MemoryLog.small();
    private final MemoryLog other = MemoryLog.small();

    private void both(String content) {
        own.message(content);
        other.message(content);
    }

    private void both(int bytes) {
        own.message(0, new byte[bytes]);
        other.message(0, new byte[bytes]);
    }

    private JoinCheck check() {
        return new JoinCheck(own, own.layout(), own.end());
    }

    /// The other server's bytes in pieces of a size.
    private Lsn stream(JoinCheck check, int pieceBytes) throws IOException {
        Lsn at = check.from();
        while (at.isBefore(other.end())) {
            int length = (int) Math.min(pieceBytes, other.end().minus(at));
            ByteBuffer piece = bytes(at, length);
            check.see(at, piece);
            if (piece.hasRemaining()) {
                return at.plus(piece.position());
            }
            at = at.plus(length);
        }
        return at;
    }

    private ByteBuffer bytes(Lsn from, int length) {
        ByteBuffer all = ByteBuffer.allocate(length);
        ByteBuffer page = ByteBuffer.allocate(PageLayout.PAGE_BYTES);
        for (Lsn at = from; all.hasRemaining(); ) {
            page.clear();
            assertThat(other.readPage(other.layout().pageOf(at), page)).isTrue();
            int inPage = other.layout().offsetInPage(at);
            int taken = Math.min(PageLayout.PAGE_BYTES - inPage, all.remaining());
            all.put(page.slice(inPage, taken));
            at = at.plus(taken);
        }
        return all.flip();
    }

    @Test
    void the_same_log_joins_where_the_own_one_ends() throws IOException {
        both("shared");
        both(100_000);
        other.message("more");
        for (int pieceBytes : new int[] {1_000, 8_192, 20_000, 1 << 20}) {
            JoinCheck check = check();

            assertThat(stream(check, pieceBytes)).isEqualTo(own.end());

            assertThat(check.isDone()).isTrue();
        }
    }

    @Test
    void it_begins_64_kib_before_the_end_but_not_before_the_last_bytes_segment() {
        own.message("shared");
        SegmentNumber one = new SegmentNumber(1);
        assertThat(check().from()).isEqualTo(own.layout().startOf(one));

        own.message(0, new byte[100_000]);
        assertThat(check().from()).isEqualTo(own.layout().pageOf(own.end().plus(-65_536)));

        own.message(0, new byte[1 << 20]);
        assertThat(check().from()).isEqualTo(own.layout().pageOf(own.end().plus(-65_536)));

        Lsn boundary = own.layout().startOf(one.next());
        assertThat(new JoinCheck(own, own.layout(), boundary).from()).isEqualTo(boundary.plus(-65_536));
        assertThat(new JoinCheck(own, own.layout(), boundary.plus(8)).from()).isEqualTo(boundary);
    }

    @Test
    void a_byte_that_differs_before_the_own_end_is_a_divergence() {
        both("shared");
        Lsn apart = own.end();
        own.message("mine");
        other.message("his!");
        both(10_000);
        for (int pieceBytes : new int[] {1_000, 8_192, 1 << 20}) {
            assertThatExceptionOfType(DivergedException.class).isThrownBy(() -> stream(check(), pieceBytes))
                    .withMessageContaining("servers diverged before WAL location " )
                    .withMessageContaining("segment \"000000010000000000000001\"")
                    .satisfies(e -> assertThat(place(e)).isBetween(apart, apart.plus(100)));
        }
    }

    private static Lsn place(DivergedException e) {
        return Lsn.parse(String.valueOf(e.getMessage()).replaceAll("(?s).*WAL location (\\S+):.*", "$1"));
    }

    @Test
    void pieces_must_come_in_order() throws IOException {
        both("shared");
        JoinCheck check = check();
        check.see(check.from(), bytes(check.from(), 16));

        assertThat(check.isDone()).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> check.see(check.from().plus(24), bytes(check.from().plus(24), 8)));
    }
}
