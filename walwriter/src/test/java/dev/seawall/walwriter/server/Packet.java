package dev.seawall.walwriter.server;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Bytes of one message that a client sends, put together field by field without the product's own code.
final class Packet {

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final int type;

    private Packet(int type) {
        this.type = type;
    }

    static Packet of(char type) {
        return new Packet(type);
    }

    /// The first of a connection: has a length and no type.
    static Packet untyped() {
        return new Packet(-1);
    }

    static byte[] startup(int version, String... pairs) {
        Packet packet = untyped().int32(version);
        for (String word : pairs) {
            packet.string(word);
        }
        return packet.int8(0).bytes();
    }

    static byte[] query(String text) {
        return of('Q').string(text).bytes();
    }

    static byte[] parse(String name, String text) {
        return of('P').string(name).string(text).int16(0).bytes();
    }

    /// All parameters and results as text.
    static byte[] bind(String portal, String statement, String... parameters) {
        Packet packet = of('B').string(portal).string(statement).int16(0).int16(parameters.length);
        for (String parameter : parameters) {
            byte[] utf8 = parameter.getBytes(StandardCharsets.UTF_8);
            packet.int32(utf8.length).raw(utf8);
        }
        return packet.int16(0).bytes();
    }

    static byte[] describe(char kind, String name) {
        return of('D').int8(kind).string(name).bytes();
    }

    static byte[] execute(String portal, int maxRows) {
        return of('E').string(portal).int32(maxRows).bytes();
    }

    static byte[] close(char kind, String name) {
        return of('C').int8(kind).string(name).bytes();
    }

    static byte[] sync() {
        return of('S').bytes();
    }

    static byte[] terminate() {
        return of('X').bytes();
    }

    Packet int8(int value) {
        body.write(value);
        return this;
    }

    Packet int16(int value) {
        body.write(value >> 8);
        body.write(value);
        return this;
    }

    Packet int32(int value) {
        int16(value >> 16);
        return int16(value);
    }

    Packet string(String text) {
        return raw(text.getBytes(StandardCharsets.UTF_8)).int8(0);
    }

    Packet raw(byte[] bytes) {
        body.writeBytes(bytes);
        return this;
    }

    byte[] bytesOfBody() {
        return body.toByteArray();
    }

    byte[] bytes() {
        return bytes(body.size() + Integer.BYTES);
    }

    /// With a length that may be a lie.
    byte[] bytes(int length) {
        ByteBuffer packet = ByteBuffer.allocate((type < 0 ? 0 : 1) + Integer.BYTES + body.size());
        if (type >= 0) {
            packet.put((byte) type);
        }
        return packet.putInt(length).put(body.toByteArray()).array();
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
