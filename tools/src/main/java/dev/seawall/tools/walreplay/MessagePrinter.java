package dev.seawall.tools.walreplay;

import dev.seawall.recovery.CommittedTransaction;
import dev.seawall.recovery.ResourceManager;
import dev.seawall.tools.Json;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.role.World;
import java.io.PrintStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/// Writes the messages of committed transactions as lines, in commit order.
///
/// ```
/// 0/1A2B3C8  733  2026-11-22T14:00:00.000001Z  orders: the content, \n and \xFF for what is not text
/// {"lsn":"0/1A2B3C8","xid":733,"time":"...","commit_lsn":"0/1A2B410","prefix":"orders","content":"..."}
/// ```
/// The LSN is the end of the message's record: what logging it returned. Outside transactions the
/// xid is 0 and there is no time. In JSON, content that is not UTF-8 is `content_base64`.
final class MessagePrinter implements ResourceManager {

    private final PrintStream out;
    private final boolean isJson;
    private final String prefix;
    private long printed;

    /// @param prefix only this one and what begins with it and a dot; empty: all
    MessagePrinter(PrintStream out, boolean isJson, String prefix) {
        this.out = out;
        this.isJson = isJson;
        this.prefix = prefix;
    }

    long printed() {
        return printed;
    }

    @Override
    public String name() {
        return "message_printer";
    }

    @Override
    public void open(Disk disk, Path home, World world) {}

    @Override
    public void redo(CommittedTransaction transaction, Lsn commitLsn) throws IOException {
        transaction.forEach(new CommittedTransaction.Visitor() {
            @Override
            public void message(Lsn lsn, String messagePrefix, ByteBuffer content) {
                if (isWanted(messagePrefix)) {
                    print(transaction, commitLsn, lsn, messagePrefix, content);
                }
            }

            @Override
            public void pages(WalRecord record) {
                // Not a message.
            }
        });
    }

    private boolean isWanted(String messagePrefix) {
        return prefix.isEmpty() || messagePrefix.equals(prefix) || messagePrefix.startsWith(prefix + ".");
    }

    private void print(CommittedTransaction of, Lsn commitLsn, Lsn lsn, String messagePrefix, ByteBuffer content) {
        out.println(isJson ? json(of, commitLsn, lsn, messagePrefix, content)
                : lsn + "  " + Long.toUnsignedString(of.xid()) + "  " + (of.xid() == 0 ? "-" : of.commitTime())
                        + "  " + messagePrefix + ": " + escaped(content));
        printed++;
    }

    private static String json(CommittedTransaction of, Lsn commitLsn, Lsn lsn, String prefix, ByteBuffer content) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("lsn", lsn);
        fields.put("xid", of.xid());
        if (of.xid() != 0) {
            fields.put("time", of.commitTime());
            fields.put("commit_lsn", commitLsn);
        }
        fields.put("prefix", prefix);
        try {
            fields.put("content", StandardCharsets.UTF_8.newDecoder().decode(content.duplicate()));
        } catch (CharacterCodingException e) {
            byte[] bytes = new byte[content.remaining()];
            content.duplicate().get(bytes);
            fields.put("content_base64", Base64.getEncoder().encodeToString(bytes));
        }
        return Json.of(fields);
    }

    /// One line, whatever the content is.
    private static String escaped(ByteBuffer content) {
        StringBuilder text = new StringBuilder();
        try {
            String decoded = StandardCharsets.UTF_8.newDecoder().decode(content.duplicate()).toString();
            decoded.codePoints().forEach(each -> escape(each, text));
        } catch (CharacterCodingException e) {
            for (int i = content.position(); i < content.limit(); i++) {
                int value = Byte.toUnsignedInt(content.get(i));
                if (value < 0x80) {
                    escape(value, text);
                } else {
                    text.append(String.format("\\x%02X", value));
                }
            }
        }
        return text.toString();
    }

    private static void escape(int codePoint, StringBuilder into) {
        switch (codePoint) {
            case '\\' -> into.append("\\\\");
            case '\n' -> into.append("\\n");
            case '\r' -> into.append("\\r");
            case '\t' -> into.append("\\t");
            default -> {
                if (Character.isISOControl(codePoint)) {
                    into.append(String.format("\\x%02X", codePoint));
                } else {
                    into.appendCodePoint(codePoint);
                }
            }
        }
    }

    @Override
    public Lsn checkpoint() {
        return Lsn.MAX;
    }

    /// Keeps nothing, so everything is new to it.
    @Override
    public Lsn applied() {
        return Lsn.INVALID;
    }

    @Override
    public void awaitApplied(Lsn lsn) {}

    @Override
    public void close() {
        out.flush();
    }
}
