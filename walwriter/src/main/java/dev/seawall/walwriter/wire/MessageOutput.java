package dev.seawall.walwriter.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/// Builds the protocol's messages and writes them to a channel, as many at once as have gathered.
///
/// Nothing is sent before [#flush], unless more has gathered than is worth keeping; a peer that does
/// not read makes the writer wait there, and nobody else. One thread at a time.
public final class MessageOutput {

    private static final int USUAL_BYTES = 4096;
    private static final int ENOUGH_BYTES = 64 << 10;

    private final WritableByteChannel channel;
    private byte[] bytes = new byte[USUAL_BYTES];
    private int size;
    /// Where the message under way has its length, and where it begins; -1 if there is none.
    private int lengthAt;
    private int beginAt = -1;
    /// Odd while a write is under way.
    private final AtomicLong writes = new AtomicLong();

    public MessageOutput(WritableByteChannel channel) {
        this.channel = channel;
    }

    /// Begins a message; [#end] ends it.
    public MessageOutput begin(char type) {
        room(1 + Integer.BYTES);
        beginAt = size;
        bytes[size++] = (byte) type;
        lengthAt = size;
        size += Integer.BYTES;
        return this;
    }

    /// Begins a packet without a type: the first that a client sends.
    public MessageOutput beginUntyped() {
        room(Integer.BYTES);
        beginAt = size;
        lengthAt = size;
        size += Integer.BYTES;
        return this;
    }

    /// Ends the message, and sends what has gathered when it is much.
    public void end() throws IOException {
        int length = size - lengthAt;
        int end = size;
        size = lengthAt;
        int32(length);
        size = end;
        beginAt = -1;
        if (size >= ENOUGH_BYTES) {
            flush();
        }
    }

    /// Ends the message with what remains of `rest` behind its fields, and sends all that has gathered. Much
    /// goes out from where it is, without a copy.
    public void endWith(ByteBuffer rest) throws IOException {
        if (rest.remaining() <= USUAL_BYTES) {
            bytes(rest);
            end();
            flush();
            return;
        }
        int end = size;
        size = lengthAt;
        int32(end - lengthAt + rest.remaining());
        size = end;
        beginAt = -1;
        flush();
        send(rest);
    }

    /// A single byte outside messages: the answer to SSLRequest.
    public MessageOutput raw(char value) {
        room(1);
        bytes[size++] = (byte) value;
        return this;
    }

    /// Drops the message under way, if there is one: what was to be in it failed.
    public void cancel() {
        if (beginAt >= 0) {
            size = beginAt;
            beginAt = -1;
        }
    }

    public MessageOutput int8(int value) {
        room(1);
        bytes[size++] = (byte) value;
        return this;
    }

    public MessageOutput int16(int value) {
        room(Short.BYTES);
        bytes[size++] = (byte) (value >> 8);
        bytes[size++] = (byte) value;
        return this;
    }

    public MessageOutput int32(int value) {
        room(Integer.BYTES);
        bytes[size++] = (byte) (value >> 24);
        bytes[size++] = (byte) (value >> 16);
        bytes[size++] = (byte) (value >> 8);
        bytes[size++] = (byte) value;
        return this;
    }

    public MessageOutput int64(long value) {
        int32((int) (value >> 32));
        return int32((int) value);
    }

    /// UTF-8 without a length or an end.
    @SuppressWarnings("deprecation") // The one copy of ASCII from a string into bytes that makes no array.
    public MessageOutput text(String text) {
        int length = text.length();
        boolean isAscii = true;
        for (int i = 0; i < length && isAscii; i++) {
            isAscii = text.charAt(i) < 0x80;
        }
        if (!isAscii) {
            return bytes(text.getBytes(StandardCharsets.UTF_8));
        }
        room(length);
        text.getBytes(0, length, bytes, size);
        size += length;
        return this;
    }

    /// UTF-8 with a zero byte behind it.
    public MessageOutput string(String text) {
        return text(text).int8(0);
    }

    /// UTF-8 with its length in front, as values of a DataRow are.
    public MessageOutput value(String text) {
        int at = size;
        int32(0);
        text(text);
        int end = size;
        size = at;
        int32(end - at - Integer.BYTES);
        size = end;
        return this;
    }

    public MessageOutput bytes(byte[] source) {
        return bytes(ByteBuffer.wrap(source));
    }

    /// What remains of `source`, which is left as it is.
    public MessageOutput bytes(ByteBuffer source) {
        int count = source.remaining();
        room(count);
        source.get(source.position(), bytes, size, count);
        size += count;
        return this;
    }

    private void room(int count) {
        if (bytes.length - size < count) {
            long wanted = Math.max(2L * bytes.length, (long) size + count);
            bytes = Arrays.copyOf(bytes, Math.toIntExact(Math.min(wanted, Integer.MAX_VALUE - 8)));
        }
    }

    /// Whether anything waits for [#flush].
    public boolean isPending() {
        return size > 0;
    }

    /// Tells the write under way from all others, or 0 if there is none: whoever sees the same number for
    /// long sees a peer that does not read. From any thread.
    public long writeUnderWay() {
        long now = writes.get();
        return (now & 1) == 0 ? 0 : now;
    }

    /// Sends all that has gathered.
    public void flush() throws IOException {
        if (size == 0) {
            return;
        }
        ByteBuffer source = ByteBuffer.wrap(bytes, 0, size);
        size = 0;
        send(source);
        if (bytes.length > ENOUGH_BYTES) {
            bytes = new byte[USUAL_BYTES];
        }
    }

    private void send(ByteBuffer source) throws IOException {
        int end = source.limit();
        writes.incrementAndGet();
        try {
            while (source.position() < end) {
                // Not all at once: the channel copies through memory of its own that it keeps.
                source.limit(Math.min(end, source.position() + ENOUGH_BYTES));
                channel.write(source);
            }
        } finally {
            writes.incrementAndGet();
        }
    }
}
