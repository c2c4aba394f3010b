package dev.seawall.peers;

import java.util.Random;

/// What each record holds: the same random bytes for every log, which no compression makes smaller.
final class Payload {

    private Payload() {}

    static byte[] of(int bytes) {
        byte[] random = new byte[bytes];
        new Random(bytes).nextBytes(random);
        return random;
    }
}
