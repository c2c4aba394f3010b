package dev.seawall.walwriter.server;

import dev.seawall.walwriter.server.RawClient.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// The ways in which a client misbehaves, each by itself: connects, misbehaves, and reads until the server has
/// ended the connection, which it must do, with a reason or without.
final class Abuse {

    /// Anything that a client must be told as an internal error is our mistake.
    private static final String OUR_MISTAKE = "XX000";

    private final Path socket;
    private final Map<String, Integer> ends = new TreeMap<>();

    /// One attack.
    @FunctionalInterface
    interface Attack {
        void run(Random random) throws IOException;
    }

    /// An attack with its name, and how often it is tried.
    record Kind(String name, int count, Attack attack) {}

    Abuse(Path socket) {
        this.socket = socket;
    }

    /// Those that end by themselves.
    List<Kind> kinds() {
        return List.of(
                new Kind("random bytes first", 300, this::randomFirst),
                new Kind("random packet first", 200, this::randomPacketFirst),
                new Kind("odd versions and parameters", 150, this::oddStartup),
                new Kind("startup cut off at a byte", 100, this::truncatedStartup),
                new Kind("random bytes in a session", 300, this::randomInSession),
                new Kind("random messages in a session", 500, this::randomMessages),
                new Kind("real messages in random order", 300, this::randomOrder),
                new Kind("mutated conversation", 1000, this::mutated),
                new Kind("conversation cut off at a byte", 600, this::truncated),
                new Kind("hung up at once", 500, random -> RawClient.connect(socket).close()),
                new Kind("hung up in the middle of answers", 200, this::hungUp),
                new Kind("cancel with a wrong key", 300, this::wrongCancel),
                new Kind("lengths that lie", 200, this::lyingLength),
                new Kind("statements of odd shape", 60, this::oddStatement));
    }

    /// How the connections ended: SQLSTATE of a fatal error, `closed`, and how often.
    synchronized Map<String, Integer> ends() {
        return new TreeMap<>(ends);
    }

    private synchronized void ended(List<Answer> answers) {
        String end = "closed";
        for (Answer answer : answers) {
            if (answer.type() == 'E') {
                String state = answer.field('C');
                if (state.equals(OUR_MISTAKE)) {
                    throw new AssertionError("internal error told to a client: " + answer.text().replace('\0', ' '));
                }
                end = answer.field('V').equals("FATAL") ? state : end;
            }
        }
        ends.merge(end, 1, Integer::sum);
    }

    /// Sends and reads to the end; a server that hung up while we were sending is no failure.
    private void say(RawClient client, List<byte[]> packets) throws IOException {
        try {
            for (byte[] packet : packets) {
                client.send(packet);
            }
        } catch (IOException e) {
            if (!RawClient.isReset(e)) {
                throw e;
            }
        }
        ended(client.end());
    }

    private void first(byte[] bytes) throws IOException {
        try (RawClient client = RawClient.connect(socket)) {
            client.send(bytes);
            client.endRaw();
        } catch (IOException e) {
            if (!RawClient.isReset(e)) {
                throw e;
            }
        }
    }

    private void inSession(Random random, List<byte[]> packets) throws IOException {
        try (RawClient client = RawClient.connect(socket)) {
            String[] replication = {"replication", random.nextBoolean() ? "true" : "database"};
            client.login(random.nextInt(4) == 0 ? replication : new String[0]);
            say(client, packets);
        }
    }

    private void randomFirst(Random random) throws IOException {
        first(new Conversations(random).noise(1 + random.nextInt(20_000)));
    }

    private void randomPacketFirst(Random random) throws IOException {
        byte[] noise = new Conversations(random).noise(random.nextInt(200));
        int[] codes = {3 << 16, 80_877_102, 80_877_103, 80_877_104, 80_877_105, random.nextInt()};
        first(Packet.untyped().int32(codes[random.nextInt(codes.length)]).raw(noise).bytes());
    }

    private void oddStartup(Random random) throws IOException {
        int[] versions = {2 << 16, (3 << 16) + 1, (3 << 16) + 9999, 4 << 16, 0, -1};
        String[] values = {"user", "u", "database", "x".repeat(random.nextInt(3000)), "replication", "maybe",
            "_pq_.x", "", "options", "-c " + "\\ ".repeat(random.nextInt(100)), "client_encoding", "LATIN1", "",
            "'\"\u0001"};
        String[] pairs = new String[random.nextInt(40)];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = values[random.nextInt(values.length)];
        }
        first(Packet.startup(versions[random.nextInt(versions.length)], pairs));
    }

    private void truncatedStartup(Random random) throws IOException {
        byte[] startup = Packet.startup(3 << 16, "user", "u", "database", "d", "application_name", "cut off");
        first(java.util.Arrays.copyOf(startup, random.nextInt(startup.length)));
    }

    private void randomInSession(Random random) throws IOException {
        inSession(random, List.of(new Conversations(random).noise(1 + random.nextInt(5000))));
    }

    private void randomMessages(Random random) throws IOException {
        Conversations from = new Conversations(random);
        inSession(random, java.util.stream.Stream.generate(from::noiseInAMessage)
                .limit(1 + random.nextInt(20)).toList());
    }

    private void randomOrder(Random random) throws IOException {
        Conversations from = new Conversations(random);
        inSession(random, java.util.stream.Stream.generate(from::anyMessage).limit(1 + random.nextInt(30)).toList());
    }

    private void mutated(Random random) throws IOException {
        inSession(random, new Conversations(random).mutated());
    }

    private void truncated(Random random) throws IOException {
        byte[] all = Packet.join(new Conversations(random).any().toArray(byte[][]::new));
        inSession(random, List.of(java.util.Arrays.copyOf(all, random.nextInt(all.length))));
    }

    private void hungUp(Random random) throws IOException {
        try (RawClient client = RawClient.loggedIn(socket)) {
            for (byte[] packet : new Conversations(random).mutated()) {
                client.offer(packet);
            }
        } catch (IOException e) {
            if (!RawClient.isReset(e)) {
                throw e;
            }
        }
    }

    private void wrongCancel(Random random) throws IOException {
        first(Packet.untyped().int32(80_877_102).int32(random.nextInt(2000)).int32(random.nextInt()).bytes());
    }

    private void lyingLength(Random random) throws IOException {
        int[] lengths = {-1, 0, 3, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 30, (64 << 20) + 5, 60 << 20, 100_000};
        String types = "QPBEDCSXFd";
        inSession(random, List.of(Packet.of(types.charAt(random.nextInt(types.length()))).raw(new byte[100])
                .bytes(lengths[random.nextInt(lengths.length)])));
    }

    private void oddStatement(Random random) throws IOException {
        int much = 1000 << random.nextInt(8);
        String[] texts = {
            "(".repeat(much), "select " + "(".repeat(much) + "1" + ")".repeat(much),
            "select " + "- ".repeat(much) + "1",
            "select '" + "a".repeat(much * 10) + "'", "select 1" + ",1".repeat(much), ";".repeat(much),
            "select 1;".repeat(much / 10), "/*".repeat(much), "$" + "a".repeat(much) + "$", "\"" + "a".repeat(much),
            "select " + "repeat(".repeat(much / 10) + "'a'" + ",2)".repeat(much / 10), "select repeat('a', 2000000000)",
            "select repeat(repeat('a', 30000), 30000)", "show " + "a".repeat(much), "set a = " + "b".repeat(much),
            "set timezone = '" + "1".repeat(much) + "'", "select $99999999999", "select 1::" + "a".repeat(much),
            "select * from pg_settings where " + "1=1 and ".repeat(much / 10) + "1=1", "\u0001",
            "select '\uD83D\uDE00'"};
        inSession(random, List.of(Packet.query(texts[random.nextInt(texts.length)])));
    }
}
