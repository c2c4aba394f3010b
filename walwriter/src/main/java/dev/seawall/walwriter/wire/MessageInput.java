package dev.seawall.walwriter.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads the protocol's messages from a channel: a type byte, a length, a body that is read to its end
/// and never beyond.
///
/// A message is in memory as a whole before its first field is read; how large one may be is the
/// caller's word, and what is claimed to be larger is refused before a byte of it is stored. Memory
/// that a large message took is given back with the next. One thread at a time.
public final class MessageInput implements AutoCloseable {

    /// Enough for nearly every message; a thousand idle connections must not cost much.
    private static final int USUAL_BYTES = 4096;
    private static final int HEADER_BYTES = 5;
    private static final int CHUNK_BYTES = 64 << 10;
    /// Enough for a piece of a log that is streamed, and the next one's begin.
    private static final int LARGE_BYTES = 256 << 10;

    private final ReadableByteChannel channel;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT);
    private ByteBuffer buffer = ByteBuffer.allocate(USUAL_BYTES).limit(0);
    private final @Nullable MessageMemory memory;
    /// Of [#memory], for a buffer above the usual size.
    private MessageMemory.@Nullable Room room;
    private int maxBytes;
    private int usualBytes = USUAL_BYTES;
    private int type;
    /// Where the message ends in the buffer.
    private int end;

    /// @param maxBytes of a message's body
    public MessageInput(ReadableByteChannel channel, int maxBytes) {
        this(channel, maxBytes, null);
    }

    /// @param memory what large messages of many connections take together
    public MessageInput(ReadableByteChannel channel, int maxBytes, @Nullable MessageMemory memory) {
        this.channel = channel;
        this.maxBytes = maxBytes;
        this.memory = memory;
    }

    /// From the next message on.
    public void maxBytes(int bytes) {
        maxBytes = bytes;
    }

    /// From the next message on, large ones are usual: room for them is kept, and as much is read at once.
    public void expectLarge() {
        usualBytes = LARGE_BYTES;
    }

    /// Waits for the next message. What was not read of the last one is skipped.
    ///
    /// @return its type, or -1 if the peer ended the connection between messages
    /// @throws EOFException if it ended it within one
    public int next() throws IOException {
        finish();
        if (!fill(HEADER_BYTES, true)) {
            return -1;
        }
        type = buffer.get() & 0xFF;
        body(buffer.getInt());
        return type;
    }

    /// Waits for a packet without a type: the first of a connection.
    ///
    /// @return false if the peer ended the connection instead
    public boolean nextUntyped() throws IOException {
        finish();
        if (!fill(Integer.BYTES, true)) {
            return false;
        }
        type = 0;
        body(buffer.getInt());
        return true;
    }

    private void body(int length) throws IOException {
        long bytes = (long) length - Integer.BYTES;
        if (bytes < 0 || bytes > maxBytes) {
            throw SqlException.fatal(SqlState.PROTOCOL_VIOLATION, "invalid message length " + length
                    + (type == 0 ? "" : " of message type \"" + printable(type) + "\"") + ", at most "
                    + (maxBytes + Integer.BYTES) + " expected");
        }
        fill((int) bytes, false);
        if (room != null) {
            room.arrived();
        }
        end = buffer.position() + (int) bytes;
    }

    /// A byte for messages: itself if it can be printed.
    public static String printable(int type) {
        return type > ' ' && type < 127 ? String.valueOf((char) type) : "\\x" + Integer.toHexString(type & 0xFF);
    }

    private void finish() {
        buffer.position(end);
        if (!buffer.hasRemaining()) {
            if (buffer.capacity() != usualBytes) {
                buffer = ByteBuffer.allocate(usualBytes);
                giveBack();
            }
            buffer.clear().limit(0);
            end = 0;
        }
    }

    private void giveBack() {
        if (room != null) {
            room.giveBack();
            room = null;
        }
    }

    /// Gives back what a large message took: nothing is read any more. The channel is its owner's.
    @Override
    public void close() {
        giveBack();
    }

    private ByteBuffer enlarged(int bytes) {
        if (memory != null) {
            giveBack();
            room = memory.take(bytes, this::cutOff);
        }
        return ByteBuffer.allocate(bytes);
    }

    private void cutOff() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is closed all the same.
        }
    }

    /// Sees to it that `bytes` can be read behind the position.
    private boolean fill(int bytes, boolean mayEnd) throws IOException {
        if (buffer.remaining() >= bytes) {
            return true;
        }
        if (bytes > buffer.capacity() - buffer.position()) {
            ByteBuffer into = bytes > buffer.capacity() ? enlarged(bytes) : buffer;
            // Also within one buffer: what is left moves to its begin.
            int left = buffer.remaining();
            System.arraycopy(buffer.array(), buffer.position(), into.array(), 0, left);
            buffer = into.position(0).limit(left);
            end = 0;
        }
        int from = buffer.position();
        while (buffer.limit() - from < bytes) {
            int limit = buffer.limit();
            // Not all that there is room for: the channel copies through memory of its own that it keeps.
            buffer.limit(Math.min(buffer.capacity(), limit + CHUNK_BYTES)).position(limit);
            int read;
            try {
                read = channel.read(buffer);
            } finally {
                limit = buffer.position();
                buffer.limit(limit).position(from);
            }
            if (read < 0) {
                if (mayEnd && limit == from) {
                    return false;
                }
                throw new EOFException("the peer ended the connection in the middle of a message");
            }
        }
        return true;
    }

    /// Whether anything has arrived behind this message.
    public boolean hasMore() {
        return buffer.limit() > end;
    }

    /// Whether the next message has arrived as a whole already: who answers may gather.
    public boolean hasMessage() {
        int have = buffer.limit() - end;
        return have >= HEADER_BYTES && have - 1L >= (buffer.getInt(end + 1) & 0xFFFF_FFFFL);
    }

    public int type() {
        return type;
    }

    /// Bytes of the message that were not read yet.
    public int remaining() {
        return end - buffer.position();
    }

    private void need(int bytes) {
        if (bytes < 0 || bytes > remaining()) {
            throw tooShort();
        }
    }

    private SqlException tooShort() {
        return SqlException.fatal(SqlState.PROTOCOL_VIOLATION, type == 0 ? "invalid startup packet"
                : "insufficient data left in message of type \"" + printable(type) + "\"");
    }

    public byte int8() {
        need(1);
        return buffer.get();
    }

    public short int16() {
        need(Short.BYTES);
        return buffer.getShort();
    }

    public int int32() {
        need(Integer.BYTES);
        return buffer.getInt();
    }

    public long int64() {
        need(Long.BYTES);
        return buffer.getLong();
    }

    /// A string up to its zero byte.
    public String string() {
        byte[] bytes = buffer.array();
        int from = buffer.position();
        int zero = from;
        while (zero < end && bytes[zero] != 0) {
            zero++;
        }
        if (zero == end) {
            throw tooShort();
        }
        String text = text(zero - from);
        buffer.get();
        return text;
    }

    /// So many bytes of UTF-8.
    public String text(int bytes) {
        need(bytes);
        byte[] array = buffer.array();
        int from = buffer.position();
        buffer.position(from + bytes);
        return decode(array, from, bytes);
    }

    private String decode(byte[] array, int from, int bytes) {
        boolean isAscii = true;
        for (int i = from; i < from + bytes && isAscii; i++) {
            isAscii = array[i] > 0;
        }
        if (isAscii) {
            return new String(array, from, bytes, StandardCharsets.ISO_8859_1);
        }
        for (int i = from; i < from + bytes; i++) {
            if (array[i] == 0) {
                // What is text may come back in a message, whose strings a zero byte ends.
                throw notText(": 0x00");
            }
        }
        try {
            CharBuffer decoded = utf8.decode(ByteBuffer.wrap(array, from, bytes));
            return decoded.toString();
        } catch (CharacterCodingException e) {
            throw notText("");
        }
    }

    private static SqlException notText(String which) {
        return SqlException.error(SqlState.CHARACTER_NOT_IN_REPERTOIRE,
                "invalid byte sequence for encoding \"UTF8\"" + which);
    }

    public byte[] bytes(int count) {
        need(count);
        byte[] bytes = new byte[count];
        buffer.get(bytes);
        return bytes;
    }

    /// The rest of the message in place: valid until the next message.
    public ByteBuffer rest() {
        ByteBuffer rest = buffer.slice(buffer.position(), remaining());
        buffer.position(end);
        return rest;
    }

    /// @throws SqlException if the message holds more than was read
    public void expectEnd() {
        if (remaining() != 0) {
            throw SqlException.fatal(SqlState.PROTOCOL_VIOLATION,
                    "invalid message format: " + remaining() + " bytes too many in message of type \""
                            + printable(type) + "\"");
        }
    }
}
