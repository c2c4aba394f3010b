package dev.seawall.walwriter.session;

import dev.seawall.settings.ServerSettings;
import dev.seawall.settings.Setting;
import dev.seawall.settings.SettingType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A setting that each session has a value of its own of, and which values it takes.
///
/// Some are only told: what a client asks for before it trusts us, and what can be only one way here.
///
/// @param byDefault  unless seawall.conf knows the name, which then says it
/// @param isReported told to the client by ParameterStatus at the start and at each change
/// @param isFixed    can be shown, not set
/// @param take       makes a value canonical, or throws IllegalArgumentException
record RuntimeParameter(String name, String byDefault, boolean isReported, boolean isFixed, UnaryOperator<String> take,
        String summary) {

    /// What a client's version checks are made against: the format is PostgreSQL 15's.
    static final String SERVER_VERSION = "15.0 (Seawall 0.1.0)";

    private static final SettingType.Time TIME = new SettingType.Time(Duration.ofMillis(1), Duration.ZERO,
            Duration.ofMillis(Integer.MAX_VALUE));

    private static final Map<String, RuntimeParameter> ALL = new LinkedHashMap<>();

    static {
        define("application_name", "", true, RuntimeParameter::printable, "Name the client gives itself");
        define("client_encoding", "UTF8", true, RuntimeParameter::utf8, "Encoding of what the client sends: UTF8");
        define("DateStyle", "ISO, MDY", true, RuntimeParameter::dateStyle, "Form of times: ISO");
        define("TimeZone", "Etc/UTC", true, RuntimeParameter::zone, "The client's zone; times are printed in UTC");
        define("IntervalStyle", "postgres", true, only("postgres"), "Form of intervals: postgres");
        define("standard_conforming_strings", "on", true, only("on"), "Backslashes in '...' are literal: on");
        define("default_transaction_read_only", "off", true, RuntimeParameter::onOff,
                "Whether new transactions may only read");
        define("transaction_read_only", "off", false, RuntimeParameter::onOff,
                "Whether this transaction may only read");
        define("default_transaction_isolation", "read committed", false, RuntimeParameter::isolation,
                "Taken and without effect: nothing that a transaction reads changes in it");
        define("transaction_isolation", "read committed", false, RuntimeParameter::isolation,
                "Taken and without effect: nothing that a transaction reads changes in it");
        define("default_transaction_deferrable", "off", false, RuntimeParameter::onOff, "Taken and without effect");
        define("bytea_output", "hex", false, only("hex"), "Form of bytea: hex");
        define("extra_float_digits", "1", false, RuntimeParameter::number, "Taken and without effect");
        define("search_path", "\"$user\", public", false, UnaryOperator.identity(), "Taken and without effect");
        define("client_min_messages", "notice", false, RuntimeParameter::level, "Notices below it are not sent");
        define("lock_timeout", "0", false, RuntimeParameter::time, "Taken and without effect: there are no locks");
        define("statement_timeout", "0", false, RuntimeParameter::time,
                "A statement that waits for longer is cancelled; 0: never");
        override(ServerSettings.SYNCHRONOUS_COMMIT);
        override(ServerSettings.IDLE_IN_TRANSACTION_SESSION_TIMEOUT);
        override(ServerSettings.IDLE_SESSION_TIMEOUT);
        told("server_version", SERVER_VERSION, true);
        told("server_version_num", "150000", false);
        told("server_encoding", "UTF8", true);
        told("integer_datetimes", "on", true);
        told("in_hot_standby", "off", true);
        told("block_size", "8192", false);
        told("wal_block_size", "8192", false);
        told("data_directory_mode", "0700", false);
        told("max_identifier_length", "63", false);
        told("wal_level", "logical", false);
        told("lc_collate", "C", false);
        told("lc_ctype", "C", false);
        // These are filled in by the session.
        told("is_superuser", "off", true);
        told("session_authorization", "", true);
        told("data_directory", "", false);
        told("wal_segment_size", "16MB", false);
        told("wal_sync_method", "", false);
        told("wal_direct_io", "", false);
    }

    private static void define(String name, String byDefault, boolean isReported, UnaryOperator<String> take,
            String summary) {
        ALL.put(name.toLowerCase(Locale.ROOT), new RuntimeParameter(name, byDefault, isReported, false, take, summary));
    }

    /// A setting of seawall.conf that a session may have another value of.
    private static <T> void override(Setting<T> setting) {
        UnaryOperator<String> take = text -> setting.type().format(setting.type().parse(text));
        ALL.put(setting.name(), new RuntimeParameter(setting.name(), "", false, false, take, setting.summary()));
    }

    private static void told(String name, String value, boolean isReported) {
        ALL.put(name, new RuntimeParameter(name, value, isReported, true, UnaryOperator.identity(),
                "What this server is; cannot be changed"));
    }

    static @Nullable RuntimeParameter find(String name) {
        return ALL.get(name.toLowerCase(Locale.ROOT));
    }

    static List<RuntimeParameter> all() {
        return List.copyOf(ALL.values());
    }

    /// @throws SqlException if it does not take this value
    String canonical(String value) {
        try {
            return take.apply(value);
        } catch (IllegalArgumentException e) {
            String problem = e.getMessage() == null ? "" : "\nHINT: " + e.getMessage();
            throw SqlException.error(SqlState.INVALID_PARAMETER_VALUE,
                    "invalid value for parameter \"" + name + "\": \"" + value + "\"" + problem);
        }
    }

    private static UnaryOperator<String> only(String value) {
        return text -> {
            boolean isOn = value.equals("on") && Set.of("true", "1", "yes").contains(text.toLowerCase(Locale.ROOT));
            if (!isOn && !text.equalsIgnoreCase(value)) {
                throw new IllegalArgumentException("The only value here is " + value + ".");
            }
            return value;
        };
    }

    private static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        text.chars().limit(63).forEach(c -> printable.append(c >= ' ' && c < 127 ? (char) c : '?'));
        return printable.toString();
    }

    private static String utf8(String text) {
        String plain = text.toUpperCase(Locale.ROOT).replace("-", "").replace("'", "");
        if (!plain.equals("UTF8") && !plain.equals("UNICODE") && !plain.equals("SQL_ASCII")) {
            throw new IllegalArgumentException("Only UTF8 is spoken here.");
        }
        return "UTF8";
    }

    private static String dateStyle(String text) {
        for (String part : text.toUpperCase(Locale.ROOT).split("[, ]+")) {
            if (!Set.of("ISO", "MDY", "DMY", "YMD", "US", "EURO", "EUROPEAN", "NONEURO").contains(part)) {
                throw new IllegalArgumentException("Times are printed in ISO's form only.");
            }
        }
        return "ISO, MDY";
    }

    private static String zone(String text) {
        try {
            // PostgreSQL's default name of it, and its numbers of hours.
            return text.matches("[+-]?[0-9]+(\\.[0-9]+)?") ? text : ZoneId.of(text, ZoneId.SHORT_IDS).getId();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("Zones are named as in the IANA time zone database.", e);
        }
    }

    private static String onOff(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "on", "true", "yes", "1", "t", "y" -> "on";
            case "off", "false", "no", "0", "f", "n" -> "off";
            default -> throw new IllegalArgumentException("It is on or off.");
        };
    }

    private static String isolation(String text) {
        String level = text.toLowerCase(Locale.ROOT);
        if (!Set.of("serializable", "repeatable read", "read committed", "read uncommitted").contains(level)) {
            throw new IllegalArgumentException(
                    "Levels are serializable, repeatable read, read committed, read uncommitted.");
        }
        return level;
    }

    private static String level(String text) {
        String level = text.toLowerCase(Locale.ROOT);
        if (!Set.of("debug5", "debug4", "debug3", "debug2", "debug1", "debug", "log", "notice", "warning", "error")
                .contains(level)) {
            throw new IllegalArgumentException("Levels are debug, log, notice, warning, error.");
        }
        return level;
    }

    private static String time(String text) {
        return TIME.format(TIME.parse(text));
    }

    /// Of a value that is a time.
    static Duration duration(String value) {
        return TIME.parse(value);
    }

    private static String number(String text) {
        try {
            return String.valueOf(Integer.parseInt(text.strip()));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("It is a whole number.", e);
        }
    }
}
