package dev.seawall.walwriter.sender;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.walwriter.client.CopyBoth;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.walwriter.wire.MessageInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Reads a stream's messages and holds them to the rules.
final class Received {

    private final CopyBoth copy;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<Integer> sizes = new ArrayList<>();
    private Lsn at;
    private int keepalives;
    private boolean isReplyWanted;

    Received(WireClient client, String command, Lsn from) throws IOException {
        copy = client.copyBoth(command);
        at = from;
    }

    /// @return false if the server ended the copy
    boolean next() throws IOException {
        if (!copy.next()) {
            return false;
        }
        MessageInput in = copy.in();
        switch (in.int8()) {
            case 'w' -> {
                assertThat(new Lsn(in.int64())).as("gapless").isEqualTo(at);
                Lsn end = new Lsn(in.int64());
                in.int64();
                byte[] piece = in.bytes(in.remaining());
                assertThat(piece.length).isBetween(1, 128 << 10);
                at = at.plus(piece.length);
                assertThat(end.isAtLeast(at)).isTrue();
                if (!at.equals(end)) {
                    assertThat(at.value() % PageLayout.PAGE_BYTES).as("cut at a page").isZero();
                }
                sizes.add(piece.length);
                bytes.write(piece);
            }
            case 'k' -> {
                keepalives++;
                in.int64();
                in.int64();
                isReplyWanted = in.int8() == 1;
            }
            default -> throw new AssertionError("neither log nor keepalive");
        }
        return true;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    /// How many bytes came in each message.
    List<Integer> sizes() {
        return sizes;
    }

    /// End of what came.
    Lsn at() {
        return at;
    }

    int keepalives() {
        return keepalives;
    }

    /// Whether the last keepalive asked for a reply.
    boolean isReplyWanted() {
        return isReplyWanted;
    }

    CopyBoth copy() {
        return copy;
    }

    Received upTo(Lsn end) throws IOException {
        while (at.isBefore(end) && next()) {
            // The rules are in next().
        }
        return this;
    }

    void reply(Lsn write, Lsn flush, Lsn apply, boolean isAsking) throws IOException {
        copy.send(out -> out.int8('r').int64(write.value()).int64(flush.value()).int64(apply.value()).int64(0)
                .int8(isAsking ? 1 : 0));
    }
}
