package dev.seawall.walwriter.sender;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.walwriter.logical.PluginOption;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Replication commands' text, in PostgreSQL's grammar of them: the old options, which are words, and
/// those since 15, in parentheses.
final class ReplicationParser {

    // Without alternatives in a loop: these take a stack frame a character.
    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(?:(?<lsn>[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8})"
            + "|(?<number>[0-9]+)|(?<word>[A-Za-z_][A-Za-z0-9_$]*)"
            + "|\"(?<quoted>(?=[^\"]|\"\")[^\"]*+(?:\"\"[^\"]*+)*+)\""
            + "|'(?<text>[^']*+(?:''[^']*+)*+)'|(?<mark>[(),;]))");
    private static final Set<String> FIRST_WORDS = Set.of("IDENTIFY_SYSTEM", "READ_REPLICATION_SLOT",
            "CREATE_REPLICATION_SLOT", "DROP_REPLICATION_SLOT", "START_REPLICATION", "TIMELINE_HISTORY");

    private final String command;
    private final Matcher matcher;
    /// The token under the eye: its kind, or empty at the end.
    private String kind = "";
    private String text = "";

    private ReplicationParser(String command) {
        this.command = command;
        this.matcher = TOKEN.matcher(command);
        advance();
    }

    /// @return empty if it is none of these commands
    /// @throws SqlException if it is one, and wrong or not supported
    static Optional<ReplicationCommand> parse(String command) {
        ReplicationParser parser = new ReplicationParser(command);
        if (!parser.kind.equals("word") || !FIRST_WORDS.contains(parser.text.toUpperCase(Locale.ROOT))) {
            return Optional.empty();
        }
        ReplicationCommand parsed = parser.command();
        if (parser.isMark(";")) {
            parser.advance();
        }
        if (!parser.kind.isEmpty()) {
            throw parser.syntaxError();
        }
        return Optional.of(parsed);
    }

    private void advance() {
        int from = matcher.regionStart();
        kind = "";
        text = "";
        if (matcher.lookingAt()) {
            for (String group : new String[] {"lsn", "number", "word", "quoted", "text", "mark"}) {
                String found = matcher.group(group);
                if (found != null) {
                    kind = group;
                    text = found;
                }
            }
            matcher.region(matcher.end(), command.length());
        } else if (!command.substring(from).isBlank()) {
            kind = "unknown";
            text = command.substring(from).strip();
        }
    }

    private SqlException syntaxError() {
        String near = kind.isEmpty() ? "at end of input" : "at or near \"" + text + "\"";
        return SqlException.error(SqlState.SYNTAX_ERROR, "syntax error " + near + " of a replication command");
    }

    private boolean isWord(String word) {
        return kind.equals("word") && text.equalsIgnoreCase(word);
    }

    private boolean isMark(String mark) {
        return kind.equals("mark") && text.equals(mark);
    }

    /// Steps over the word if it is this one.
    private boolean accept(String word) {
        boolean isThere = isWord(word);
        if (isThere) {
            advance();
        }
        return isThere;
    }

    private ReplicationCommand command() {
        String first = text.toUpperCase(Locale.ROOT);
        advance();
        return switch (first) {
            case "IDENTIFY_SYSTEM" -> new ReplicationCommand.IdentifySystem();
            case "READ_REPLICATION_SLOT" -> new ReplicationCommand.ReadSlot(name());
            case "CREATE_REPLICATION_SLOT" -> createSlot();
            case "DROP_REPLICATION_SLOT" -> new ReplicationCommand.DropSlot(name(), accept("WAIT"));
            case "START_REPLICATION" -> start();
            case "TIMELINE_HISTORY" -> new ReplicationCommand.ShowHistory(timeline());
            default -> throw new AssertionError(first);
        };
    }

    private String name() {
        String name = switch (kind) {
            case "word" -> text.toLowerCase(Locale.ROOT);
            case "quoted" -> text.replace("\"\"", "\"");
            default -> throw syntaxError();
        };
        advance();
        return name;
    }

    private TimelineId timeline() {
        try {
            if (kind.equals("number")) {
                TimelineId timeline = new TimelineId(Integer.parseUnsignedInt(text));
                advance();
                return timeline;
            }
        } catch (IllegalArgumentException e) {
            throw SqlException.error(SqlState.SYNTAX_ERROR, "invalid timeline " + text);
        }
        throw syntaxError();
    }

    private ReplicationCommand start() {
        String slot = accept("SLOT") ? name() : null;
        if (accept("LOGICAL")) {
            if (slot == null) {
                throw syntaxError();
            }
            return new ReplicationCommand.StartLogical(slot, lsn(), pluginOptions());
        }
        accept("PHYSICAL");
        Lsn from = lsn();
        return new ReplicationCommand.Start(slot, from, accept("TIMELINE") ? timeline() : null);
    }

    private Lsn lsn() {
        if (!kind.equals("lsn")) {
            throw syntaxError();
        }
        Lsn lsn = Lsn.parse(text);
        advance();
        return lsn;
    }

    /// `(name 'value', name)`, or nothing.
    private List<PluginOption> pluginOptions() {
        List<PluginOption> options = new ArrayList<>();
        if (isMark("(")) {
            do {
                advance();
                String option = name();
                options.add(new PluginOption(option, kind.equals("text") ? text() : null));
            } while (isMark(","));
            closing();
        }
        return options;
    }

    private String text() {
        String value = text.replace("''", "'");
        advance();
        return value;
    }

    private void closing() {
        if (!isMark(")")) {
            throw syntaxError();
        }
        advance();
    }

    private ReplicationCommand createSlot() {
        String name = name();
        boolean isTemporary = accept("TEMPORARY");
        if (accept("LOGICAL")) {
            return createLogicalSlot(name, isTemporary);
        }
        if (!accept("PHYSICAL")) {
            throw syntaxError();
        }
        boolean isReserving = accept("RESERVE_WAL");
        if (isMark("(")) {
            do {
                advance();
                isReserving |= reserveOption();
            } while (isMark(","));
            closing();
        }
        return new ReplicationCommand.CreateSlot(name, isTemporary, isReserving);
    }

    /// What of the options concerns snapshots is about tables, of which there are none.
    private ReplicationCommand createLogicalSlot(String name, boolean isTemporary) {
        String plugin = name();
        while (accept("EXPORT_SNAPSHOT") || accept("NOEXPORT_SNAPSHOT") || accept("USE_SNAPSHOT")) {
            // In the words before 15.
        }
        if (accept("TWO_PHASE")) {
            throw twoPhase();
        }
        if (isMark("(")) {
            do {
                advance();
                snapshotOption();
            } while (isMark(","));
            closing();
        }
        return new ReplicationCommand.CreateLogicalSlot(name, isTemporary, plugin);
    }

    private void snapshotOption() {
        String option = name();
        switch (option) {
            case "snapshot" -> {
                String value = kind.equals("text") ? text() : "";
                if (!Set.of("export", "use", "nothing").contains(value)) {
                    throw SqlException.error(SqlState.INVALID_PARAMETER_VALUE,
                            "unrecognized value for CREATE_REPLICATION_SLOT option \"snapshot\": \"" + value + "\"");
                }
            }
            case "two_phase" -> {
                if (flag(option)) {
                    throw twoPhase();
                }
            }
            default -> throw SqlException.error(SqlState.SYNTAX_ERROR, "unrecognized option: " + option);
        }
    }

    private static SqlException twoPhase() {
        return SqlException.error(SqlState.FEATURE_NOT_SUPPORTED,
                "two-phase decoding is not supported: Seawall has no prepared transactions");
    }

    /// RESERVE_WAL with or without a value: the one option that physical slots have.
    private boolean reserveOption() {
        String option = name();
        if (!option.equals("reserve_wal")) {
            throw SqlException.error(SqlState.SYNTAX_ERROR, "unrecognized option: " + option);
        }
        return flag(option);
    }

    private boolean flag(String option) {
        if (isMark(",") || isMark(")")) {
            return true;
        }
        String value = text.toLowerCase(Locale.ROOT);
        advance();
        return switch (value) {
            case "true", "on", "1" -> true;
            case "false", "off", "0" -> false;
            default -> throw SqlException.error(SqlState.SYNTAX_ERROR, option + " requires a Boolean value");
        };
    }
}
