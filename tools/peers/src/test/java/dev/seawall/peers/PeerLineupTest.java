package dev.seawall.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.walbench.load.Engine;
import dev.seawall.tools.walbench.load.Stream.Batches;
import dev.seawall.tools.walbench.load.Stream.Futures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every peer: what it says is committed is in its files.
final class PeerLineupTest {

    private static final int BYTES = 200;
    private static final int FIRST_OF_A_FILE = 256 << 10;

    @TempDir
    Path directory;

    static List<Peer> peers() {
        return new PeerLineup().contestants().stream().map(Peer.class::cast).toList();
    }

    @ParameterizedTest
    @MethodSource("peers")
    void a_commit_is_in_its_files_when_it_returns(Peer peer) throws Exception {
        if (peer.missing().isPresent()) {
            assertThat(peer.missing().get()).as("what to do about it").contains("HINT:");
            return;
        }
        try (Engine engine = peer.opener().open(directory, BYTES)) {
            for (int i = 1; i <= 3; i++) {
                engine.commit();

                assertThat(found(Payload.of(BYTES))).as("records of %s", peer.name()).isEqualTo(i);
            }
            stream(engine.stream());

            assertThat(found(Payload.of(BYTES))).as("records of %s", peer.name()).isEqualTo(5);
        }
    }

    /// Two records without waiting for the first.
    private static void stream(dev.seawall.tools.walbench.load.Stream stream) throws Exception {
        switch (stream) {
            case Futures<?> futures -> two(futures);
            case Batches batches -> batches.batch(2);
        }
    }

    private static <F> void two(Futures<F> futures) throws Exception {
        F first = futures.append();
        F second = futures.append();
        futures.await(first);
        futures.await(second);
        assertThat(futures.isDurable(first)).isTrue();
    }

    /// How often the bytes are in the files, as far as these are read.
    private int found(byte[] wanted) throws IOException {
        int found = 0;
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] content;
                try (InputStream in = Files.newInputStream(file)) {
                    content = in.readNBytes(FIRST_OF_A_FILE);
                }
                for (int at = 0; at <= content.length - wanted.length; at++) {
                    if (content[at] == wanted[0]
                            && Arrays.equals(content, at, at + wanted.length, wanted, 0, wanted.length)) {
                        found++;
                    }
                }
            }
        }
        return found;
    }
}
