package dev.seawall.walwriter.logical;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Members of a JSON object, one after the other.
final class JsonText {

    private final StringBuilder text;
    private char separator = '{';

    JsonText(int size) {
        this.text = new StringBuilder(size);
    }

    JsonText put(String name, String value) {
        name(name).quote(value);
        return this;
    }

    JsonText put(String name, long value) {
        name(name).text.append(value);
        return this;
    }

    JsonText put(String name, boolean value) {
        name(name).text.append(value);
        return this;
    }

    /// Bytes as text if they are UTF-8, else in Base64 under another name.
    JsonText put(String name, ByteBuffer content) {
        CharBuffer decoded;
        try {
            decoded = StandardCharsets.UTF_8.newDecoder().decode(content.duplicate());
        } catch (CharacterCodingException e) {
            name(name + "_base64").text.append('"');
            text.append(StandardCharsets.ISO_8859_1.decode(Base64.getEncoder().encode(content.duplicate())));
            text.append('"');
            return this;
        }
        name(name).quote(decoded);
        return this;
    }

    private JsonText name(String name) {
        text.append(separator).append('"').append(name).append("\":");
        separator = ',';
        return this;
    }

    private void quote(CharSequence value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char letter = value.charAt(i);
            switch (letter) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (letter < 0x20) {
                        text.append("\\u00").append(Character.forDigit(letter >> 4, 16))
                                .append(Character.forDigit(letter & 15, 16));
                    } else {
                        text.append(letter);
                    }
                }
            }
        }
        text.append('"');
    }

    ByteBuffer end() {
        return StandardCharsets.UTF_8.encode(CharBuffer.wrap(text.append('}')));
    }
}
