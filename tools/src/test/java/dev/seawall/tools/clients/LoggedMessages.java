package dev.seawall.tools.clients;

import dev.seawall.wal.Lsn;
import dev.seawall.witness.PostgresPrograms;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The messages in a part of a log, as pg_waldump reads them.
final class LoggedMessages {

    private static final Pattern LINE = Pattern.compile(
            "rmgr: (\\S+) .* tx: +(\\d+), lsn: .* desc: (\\S+) (.*)");
    private static final Pattern MESSAGE = Pattern.compile(
            "((?:non-)?transactional), prefix \"(.*)\"; payload \\(\\d+ bytes\\): ?([0-9A-F ]*)");

    private final Map<Long, List<Message>> inTransactions = new LinkedHashMap<>();
    private final List<Message> outside = new ArrayList<>();
    private final List<Message> committed = new ArrayList<>();
    private final List<Long> commits = new ArrayList<>();

    /// One of them.
    record Message(String prefix, byte[] content) {

        String text() {
            return new String(content, StandardCharsets.UTF_8);
        }
    }

    private LoggedMessages() {}

    /// Reads from one place to another.
    static LoggedMessages read(Path wal, Lsn from, Lsn to) {
        LoggedMessages read = new LoggedMessages();
        if (from.equals(to)) {
            return read;
        }
        PostgresPrograms.Output dump = PostgresPrograms.run("pg_waldump", "-p", wal.toString(), "-s", from.toString(),
                "-e", to.toString());
        if (!dump.err().isEmpty() && !dump.err().contains("first record is after")) {
            throw new AssertionError(dump.err());
        }
        dump.orFail().lines().forEach(read::line);
        return read;
    }

    private void line(String line) {
        Matcher record = LINE.matcher(line);
        if (!record.matches()) {
            throw new AssertionError("no record: " + line);
        }
        long xid = Long.parseLong(record.group(2));
        switch (record.group(3)) {
            case "MESSAGE" -> message(xid, record.group(4));
            case "COMMIT" -> {
                commits.add(xid);
                List<Message> messages = inTransactions.remove(xid);
                committed.addAll(messages == null ? List.of() : messages);
            }
            case "ABORT" -> inTransactions.remove(xid);
            default -> { }
        }
    }

    private void message(long xid, String description) {
        Matcher found = MESSAGE.matcher(description);
        if (!found.matches()) {
            throw new AssertionError("no message: " + description);
        }
        Message message = new Message(found.group(2), HexFormat.ofDelimiter(" ").parseHex(found.group(3).strip()));
        if (found.group(1).equals("transactional")) {
            inTransactions.computeIfAbsent(xid, _ -> new ArrayList<>()).add(message);
        } else {
            outside.add(message);
        }
    }

    /// Those of transactions that were committed, in that order.
    List<Message> committed() {
        return committed;
    }

    /// The texts of those.
    List<String> committedTexts() {
        return committed.stream().map(Message::text).toList();
    }

    /// Those outside transactions with this prefix.
    List<String> outside(String prefix) {
        return outside.stream().filter(message -> message.prefix().equals(prefix)).map(Message::text).toList();
    }

    /// Transactions that were committed.
    int commits() {
        return commits.size();
    }
}
