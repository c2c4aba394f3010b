package dev.seawall.walwriter.basebackup;

import dev.seawall.walwriter.basebackup.BaseBackupOptions.Checksum;
import dev.seawall.walwriter.basebackup.BaseBackupOptions.Compression;
import dev.seawall.walwriter.basebackup.BaseBackupOptions.Manifest;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The text of `BASE_BACKUP`: the options of PostgreSQL 15, in parentheses, and the words of those
/// before. Names and errors are PostgreSQL's.
final class BaseBackupParser {

    private static final Pattern FIRST_WORD = Pattern.compile("\\s*BASE_BACKUP\\b", Pattern.CASE_INSENSITIVE);
    // Without alternatives in a loop: these take a stack frame a character.
    private static final Pattern TOKEN = Pattern.compile(
            "\\s*('[^']*+(?:''[^']*+)*+'|[A-Za-z_][A-Za-z0-9_]*+|[0-9]++|[(),;])");
    private static final int LABEL_BYTES_MAX = 1024;
    private static final int RATE_MIN = 32;
    private static final int RATE_MAX = 1 << 20;
    private static final Pattern LEVEL = Pattern.compile("(?:level=)?(-?[0-9]{1,9})");
    private static final Pattern WORKERS = Pattern.compile("workers=[0-9]{1,9}");

    private final List<String> tokens = new ArrayList<>();
    private int at;
    private final Map<String, String> options = new LinkedHashMap<>();

    private BaseBackupParser(String text) {
        Matcher token = TOKEN.matcher(text);
        int end = 0;
        while (token.region(end, text.length()).lookingAt()) {
            tokens.add(token.group(1));
            end = token.end();
        }
        if (!text.substring(end).isBlank()) {
            throw syntaxError(text.substring(end).strip());
        }
    }

    /// @return empty if it is another command
    /// @throws SqlException if it is this one, and wrong or not supported
    static Optional<BaseBackupOptions> parse(String command) {
        Matcher first = FIRST_WORD.matcher(command);
        if (!first.lookingAt()) {
            return Optional.empty();
        }
        BaseBackupParser parser = new BaseBackupParser(command.substring(first.end()));
        parser.readOptions();
        return Optional.of(parser.checked());
    }

    private static SqlException syntaxError(String near) {
        return SqlException.error(SqlState.SYNTAX_ERROR, "syntax error "
                + (near.isEmpty() ? "at end of input" : "at or near \"" + near + "\"") + " of a replication command");
    }

    private String peek() {
        return at < tokens.size() ? tokens.get(at) : "";
    }

    private boolean accept(String mark) {
        boolean isThere = peek().equals(mark);
        if (isThere) {
            at++;
        }
        return isThere;
    }

    private void readOptions() {
        if (accept("(")) {
            do {
                String name = word();
                take(name, peek().equals(",") || peek().equals(")") ? "true" : value());
            } while (accept(","));
            if (!accept(")")) {
                throw syntaxError(peek());
            }
        } else {
            while (!peek().isEmpty() && !peek().equals(";")) {
                readWord();
            }
        }
        accept(";");
        if (!peek().isEmpty()) {
            throw syntaxError(peek());
        }
    }

    /// One of the options that are words.
    private void readWord() {
        String word = word();
        switch (word) {
            case "progress", "wal", "tablespace_map" -> take(word, "true");
            case "fast" -> take("checkpoint", "fast");
            case "nowait" -> take("wait", "false");
            case "noverify_checksums" -> take("verify_checksums", "false");
            case "label", "max_rate", "manifest", "manifest_checksums" -> take(word, value());
            default -> throw syntaxError(word);
        }
    }

    private String word() {
        String token = peek();
        if (token.isEmpty() || !Character.isLetter(token.charAt(0)) && token.charAt(0) != '_') {
            throw syntaxError(token);
        }
        at++;
        return token.toLowerCase(Locale.ROOT);
    }

    private String value() {
        String token = peek();
        if (token.isEmpty() || "(),;".contains(token)) {
            throw syntaxError(token);
        }
        at++;
        return token.startsWith("'") ? token.substring(1, token.length() - 1).replace("''", "'") : token;
    }

    private void take(String name, String value) {
        if (options.put(name, value) != null) {
            throw SqlException.error(SqlState.SYNTAX_ERROR, "duplicate option \"" + name + "\"");
        }
    }

    private BaseBackupOptions checked() {
        for (String name : options.keySet()) {
            switch (name) {
                case "label", "progress", "checkpoint", "wal", "wait", "max_rate", "tablespace_map",
                        "verify_checksums", "manifest", "manifest_checksums", "target", "target_detail",
                        "compression", "compression_detail" -> { }
                default -> throw SqlException.error(SqlState.SYNTAX_ERROR,
                        "unrecognized base backup option: \"" + name + "\"");
            }
        }
        checkTarget();
        // There are no tablespaces, and no page is sent that redo did not make: both are so whatever is said.
        isOn("tablespace_map", false);
        isOn("verify_checksums", true);
        Manifest manifest = manifest();
        return new BaseBackupOptions(label(), isOn("progress", false), isFast(), isOn("wal", false),
                isOn("wait", true), maxRate(), manifest, checksum(manifest), compression());
    }

    private boolean isOn(String name, boolean byDefault) {
        String value = options.get(name);
        return value == null ? byDefault : isOn(value, name);
    }

    private static boolean isOn(String value, String name) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "on", "yes", "1" -> true;
            case "false", "off", "no", "0" -> false;
            default -> throw SqlException.error(SqlState.SYNTAX_ERROR, name + " requires a Boolean value");
        };
    }

    private String label() {
        String label = options.getOrDefault("label", "base backup");
        if (label.getBytes(StandardCharsets.UTF_8).length > LABEL_BYTES_MAX || label.contains("\n")) {
            throw SqlException.error(SqlState.INVALID_PARAMETER_VALUE,
                    "backup label too long (max " + LABEL_BYTES_MAX + " bytes), or of several lines");
        }
        return label;
    }

    private boolean isFast() {
        String kind = options.getOrDefault("checkpoint", "spread");
        return switch (kind.toLowerCase(Locale.ROOT)) {
            case "fast" -> true;
            case "spread" -> false;
            default -> throw SqlException.error(SqlState.SYNTAX_ERROR,
                    "unrecognized checkpoint type: \"" + kind + "\"");
        };
    }

    private int maxRate() {
        String text = options.get("max_rate");
        if (text == null) {
            return 0;
        }
        try {
            int rate = Integer.parseInt(text);
            if (rate >= RATE_MIN && rate <= RATE_MAX) {
                return rate;
            }
        } catch (NumberFormatException e) {
            // As one out of range.
        }
        throw SqlException.error(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, text + " is outside the valid range for"
                + " parameter \"MAX_RATE\" (" + RATE_MIN + " .. " + RATE_MAX + ")");
    }

    private Manifest manifest() {
        String text = options.get("manifest");
        if (text == null) {
            return Manifest.NO;
        }
        if (text.equalsIgnoreCase("force-encode")) {
            return Manifest.FORCE_ENCODE;
        }
        try {
            return isOn(text, "manifest") ? Manifest.YES : Manifest.NO;
        } catch (SqlException e) {
            throw SqlException.error(SqlState.SYNTAX_ERROR, "unrecognized manifest option: \"" + text + "\"");
        }
    }

    private Checksum checksum(Manifest manifest) {
        String text = options.get("manifest_checksums");
        if (text == null) {
            return Checksum.CRC32C;
        }
        if (manifest == Manifest.NO) {
            throw SqlException.error(SqlState.SYNTAX_ERROR, "manifest checksums require a backup manifest");
        }
        for (Checksum one : Checksum.values()) {
            if (one.name().equalsIgnoreCase(text)) {
                return one;
            }
        }
        throw SqlException.error(SqlState.SYNTAX_ERROR, "unrecognized checksum algorithm: \"" + text + "\"");
    }

    private void checkTarget() {
        String target = options.getOrDefault("target", "client");
        if (options.containsKey("target_detail")) {
            throw SqlException.error(SqlState.SYNTAX_ERROR, options.containsKey("target")
                    ? "target \"" + target + "\" does not accept a target detail"
                    : "target detail cannot be used without target");
        }
        switch (target) {
            case "client" -> { }
            case "server", "blackhole" -> throw SqlException.error(SqlState.FEATURE_NOT_SUPPORTED,
                    "target \"" + target + "\" is not supported"
                            + "\nHINT: Let the client store the backup, or use walctl backup.");
            default -> throw SqlException.error(SqlState.SYNTAX_ERROR, "unrecognized target: \"" + target + "\"");
        }
    }

    private Compression compression() {
        String text = options.get("compression");
        String detail = options.get("compression_detail");
        if (text == null || text.equalsIgnoreCase("none")) {
            if (detail != null) {
                throw SqlException.error(SqlState.SYNTAX_ERROR,
                        "compression detail cannot be specified unless compression is enabled");
            }
            return Compression.NONE;
        }
        for (Compression.Algorithm one : Compression.Algorithm.values()) {
            if (one.name().equalsIgnoreCase(text)) {
                return new Compression(one, detail == null ? Compression.DEFAULT_LEVEL : level(one, detail));
            }
        }
        throw SqlException.error(SqlState.SYNTAX_ERROR, "unrecognized compression algorithm: \"" + text + "\"");
    }

    private static int level(Compression.Algorithm algorithm, String detail) {
        String name = algorithm.name().toLowerCase(Locale.ROOT);
        int level = Compression.DEFAULT_LEVEL;
        for (String part : detail.split(",", -1)) {
            Matcher number = LEVEL.matcher(part);
            if (algorithm == Compression.Algorithm.ZSTD && WORKERS.matcher(part).matches()) {
                continue;
            }
            if (!number.matches()) {
                throw invalid("unrecognized compression option: \"" + part + "\"");
            }
            level = Integer.parseInt(number.group(1));
            if (level < algorithm.leastLevel() || level > algorithm.mostLevel()) {
                throw invalid("compression algorithm \"" + name + "\" expects a compression level between "
                        + algorithm.leastLevel() + " and " + algorithm.mostLevel());
            }
        }
        return level;
    }

    private static SqlException invalid(String problem) {
        return SqlException.error(SqlState.SYNTAX_ERROR, "invalid compression specification: " + problem);
    }
}
