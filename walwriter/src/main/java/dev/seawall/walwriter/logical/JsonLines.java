package dev.seawall.walwriter.logical;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.query.value.Values;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// A JSON object for each message, each a line of its own, with names as in wal2json's format 2.
///
/// ```
/// {"action":"B","xid":779,"timestamp":"2026-11-29 17:03:11.5+00","nextlsn":"0/D000110"}
/// {"action":"M","xid":779,"timestamp":"...","lsn":"0/D0000A0","nextlsn":"0/D000110",
///  "transactional":true,"prefix":"orders","content":"..."}
/// {"action":"C","xid":779,"timestamp":"...","nextlsn":"0/D000110"}
/// ```
/// (The second is one line.) `nextlsn` is what to confirm when all up to there was taken: the end of the
/// commit, or of a message outside transactions, which has neither `xid` nor `timestamp`. `lsn` tells one
/// message from all others, for ever. Bytes that are no UTF-8 come as `content_base64`.
final class JsonLines implements DecodedChanges {

    private static final int FIELDS = 256;

    /// @param added    prefixes to be told; empty: all
    /// @param filtered prefixes not to be told
    record Options(boolean hasXids, boolean hasTimestamp, boolean hasLsn, boolean hasTransaction, Set<String> added,
            Set<String> filtered) {

        Options {
            added = Set.copyOf(added);
            filtered = Set.copyOf(filtered);
        }

        static Options of(List<PluginOption> given) {
            boolean hasXids = true;
            boolean hasTimestamp = true;
            boolean hasLsn = true;
            boolean hasTransaction = true;
            Set<String> added = Set.of();
            Set<String> filtered = Set.of();
            for (PluginOption option : given) {
                switch (option.name()) {
                    case "include-xids" -> hasXids = option.isOn();
                    case "include-timestamp" -> hasTimestamp = option.isOn();
                    case "include-lsn" -> hasLsn = option.isOn();
                    case "include-transaction" -> hasTransaction = option.isOn();
                    case "add-msg-prefixes" -> added = prefixes(option);
                    case "filter-msg-prefixes" -> filtered = prefixes(option);
                    case "format-version" -> checkVersion(option);
                    default -> throw option.unknown();
                }
            }
            return new Options(hasXids, hasTimestamp, hasLsn, hasTransaction, added, filtered);
        }

        private static Set<String> prefixes(PluginOption option) {
            return Arrays.stream(option.text().split(",")).map(String::strip).collect(Collectors.toSet());
        }

        private static void checkVersion(PluginOption option) {
            if (!option.text().equals("2")) {
                throw SqlException.error(SqlState.INVALID_PARAMETER_VALUE,
                        "format-version \"" + option.text() + "\" is not supported: there is 2 only");
            }
        }

        boolean isWanted(String prefix) {
            return (added.isEmpty() || added.contains(prefix)) && !filtered.contains(prefix);
        }
    }

    private final Options options;
    private final DecodedOutput out;
    /// Whether the transaction under way has been begun for the receiver.
    private boolean isBegun;

    JsonLines(Options options, DecodedOutput out) {
        this.options = options;
        this.out = out;
    }

    @Override
    public void begin(DecodedTransaction transaction) {
        // With its first message: all of them may be filtered out.
        isBegun = false;
    }

    @Override
    public void message(DecodedTransaction transaction, Lsn lsn, String prefix, ByteBuffer content)
            throws IOException {
        if (!options.isWanted(prefix)) {
            return;
        }
        if (!isBegun) {
            isBegun = true;
            boundary("B", transaction.first(), transaction);
        }
        JsonText line = line("M", content);
        transaction(line, transaction);
        if (options.hasLsn()) {
            line.put("lsn", lsn.toString()).put("nextlsn", transaction.end().toString());
        }
        line.put("transactional", true).put("prefix", prefix).put("content", content);
        out.write(lsn, transaction.shortXid(), line.end());
    }

    @Override
    public void commit(DecodedTransaction transaction) throws IOException {
        if (isBegun) {
            boundary("C", transaction.end(), transaction);
        }
    }

    private void boundary(String action, Lsn at, DecodedTransaction transaction) throws IOException {
        if (options.hasTransaction()) {
            JsonText line = new JsonText(FIELDS).put("action", action);
            transaction(line, transaction);
            if (options.hasLsn()) {
                line.put("nextlsn", transaction.end().toString());
            }
            out.write(at, transaction.shortXid(), line.end());
        }
    }

    private void transaction(JsonText line, DecodedTransaction transaction) {
        if (options.hasXids()) {
            line.put("xid", transaction.shortXid());
        }
        if (options.hasTimestamp()) {
            line.put("timestamp", Values.toText(PgType.TIMESTAMPTZ, transaction.commitTime()));
        }
    }

    @Override
    public void outside(Lsn lsn, String prefix, ByteBuffer content) throws IOException {
        if (options.isWanted(prefix)) {
            JsonText line = line("M", content);
            if (options.hasLsn()) {
                line.put("lsn", lsn.toString()).put("nextlsn", lsn.toString());
            }
            line.put("transactional", false).put("prefix", prefix).put("content", content);
            out.write(lsn, 0, line.end());
        }
    }

    private static JsonText line(String action, ByteBuffer content) {
        return new JsonText(FIELDS + content.remaining()).put("action", action);
    }
}
