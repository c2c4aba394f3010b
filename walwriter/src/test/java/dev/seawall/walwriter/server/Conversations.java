package dev.seawall.walwriter.server;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// What real clients say after their login, as their recorded conversations have it, and what can go wrong
/// with it on the way.
final class Conversations {

    private static final String EMIT = "select pg_logical_emit_message(true,'abuse',repeat('a',200))";

    /// psql, pgbench in its three modes, pgjdbc plain, batched and in transactions, pg_receivewal.
    static final List<List<byte[]>> REAL = List.of(
            List.of(Packet.query(EMIT), Packet.query("begin"), Packet.query(EMIT), Packet.query("commit"),
                    Packet.query("show all"), Packet.query("select 1; select 2"), Packet.terminate()),
            List.of(Packet.parse("", EMIT), Packet.bind("", ""), Packet.describe('P', ""), Packet.execute("", 0),
                    Packet.sync(), Packet.terminate()),
            List.of(Packet.parse("P0_1", EMIT), Packet.sync(), Packet.bind("", "P0_1"), Packet.describe('P', ""),
                    Packet.execute("", 0), Packet.sync(), Packet.bind("", "P0_1"), Packet.describe('P', ""),
                    Packet.execute("", 0), Packet.sync(), Packet.terminate()),
            List.of(Packet.query("SET extra_float_digits = 3"),
                    Packet.query("SET application_name = 'PostgreSQL JDBC Driver'"), Packet.parse("", "BEGIN"),
                    Packet.bind("", ""), Packet.execute("", 0),
                    Packet.parse("S_1", "select pg_logical_emit_message($1,$2,$3)"), Packet.describe('S', "S_1"),
                    Packet.bind("", "S_1", "TRUE", "abuse", "m0"), Packet.execute("", 0),
                    Packet.bind("C_1", "S_1", "TRUE", "abuse", "m1"), Packet.execute("C_1", 5), Packet.sync(),
                    Packet.parse("", "COMMIT"), Packet.bind("", ""), Packet.execute("", 1), Packet.sync(),
                    Packet.close('S', "S_1"), Packet.close('P', "C_1"), Packet.sync(), Packet.terminate()),
            List.of(Packet.query("select * from pg_stat_activity"), Packet.query("select * from pg_settings"),
                    Packet.query("select pg_current_wal_lsn(), pg_walfile_name(pg_current_wal_lsn())"),
                    Packet.query("select pg_switch_wal()"), Packet.query("rollback"), Packet.query("discard all")),
            List.of(Packet.query("IDENTIFY_SYSTEM"), Packet.query("SHOW wal_segment_size"),
                    Packet.query("READ_REPLICATION_SLOT \"none\""), Packet.query("TIMELINE_HISTORY 2"),
                    Packet.query("START_REPLICATION 0/1000000 TIMELINE 1"),
                    Packet.of('d').int8('r').raw(new byte[32]).int8(0).bytes(), Packet.of('c').bytes()));

    private static final byte[][] INTRUDERS = {
        Packet.of('d').raw(new byte[50]).bytes(), Packet.of('c').bytes(), Packet.of('f').string("x").bytes(),
        Packet.of('F').int32(1).int16(0).int16(0).int16(0).bytes(), Packet.of('H').bytes(), Packet.sync(),
        Packet.terminate(), Packet.of('p').string("x").bytes(), Packet.execute("", -1), Packet.bind("", ""),
        Packet.describe('P', ""), Packet.query(""), Packet.of('?').bytes(), Packet.of('\0').bytes()
    };

    private final Random random;

    Conversations(Random random) {
        this.random = random;
    }

    /// One of the real ones.
    List<byte[]> any() {
        List<byte[]> copy = new ArrayList<>();
        REAL.get(random.nextInt(REAL.size())).forEach(packet -> copy.add(packet.clone()));
        return copy;
    }

    /// One of the real ones with one to four things wrong.
    List<byte[]> mutated() {
        List<byte[]> packets = any();
        for (int i = random.nextInt(4); i >= 0; i--) {
            mutate(packets);
        }
        return packets;
    }

    private void mutate(List<byte[]> packets) {
        int at = random.nextInt(packets.size());
        byte[] packet = packets.get(at);
        if (packet.length == 0) {
            packets.remove(at);
            packets.add(at, noise(3));
            return;
        }
        switch (random.nextInt(10)) {
            case 0 -> packet[random.nextInt(packet.length)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> packet[random.nextInt(packet.length)] = (byte) random.nextInt(256);
            case 2 -> packets.set(at, Arrays.copyOf(packet, random.nextInt(packet.length)));
            case 3 -> length(packet);
            case 4 -> packets.add(random.nextInt(packets.size()), packet);
            case 5 -> packets.add(at, INTRUDERS[random.nextInt(INTRUDERS.length)]);
            case 6 -> Collections.swap(packets, at, random.nextInt(packets.size()));
            case 7 -> {
                if (packets.size() > 1) {
                    packets.remove(at);
                }
            }
            case 8 -> packets.add(at, noise(random.nextInt(100)));
            case 9 -> packets.addAll(at, any());
            default -> throw new AssertionError();
        }
    }

    private void length(byte[] packet) {
        if (packet.length < 5) {
            return;
        }
        ByteBuffer buffer = ByteBuffer.wrap(packet);
        int length = buffer.getInt(1);
        int[] lies = {-1, 0, 3, 4, length - 1, length + 1, length / 2, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 20,
            random.nextInt()};
        buffer.putInt(1, lies[random.nextInt(lies.length)]);
    }

    byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        random.nextBytes(noise);
        return noise;
    }

    /// A message of a random type with a true length around noise.
    byte[] noiseInAMessage() {
        String types = "QPBEDCSHXFdcfp";
        char type = random.nextInt(4) == 0 ? (char) random.nextInt(256) : types.charAt(random.nextInt(types.length()));
        return Packet.of(type).raw(noise(random.nextInt(60))).bytes();
    }

    /// The messages of all real conversations, in any order.
    byte[] anyMessage() {
        List<byte[]> packets = REAL.get(random.nextInt(REAL.size()));
        return packets.get(random.nextInt(packets.size()));
    }
}
