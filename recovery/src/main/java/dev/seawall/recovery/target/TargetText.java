package dev.seawall.recovery.target;

import dev.seawall.wal.Lsn;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A recovery target as text: PostgreSQL's `recovery_target...` settings, or a command's options.
///
/// An empty text is one that was not given. At most one may be.
///
/// @param immediate   `immediate`
/// @param name        a restore point's
/// @param lsn         `16/B374D848`
/// @param xid         decimal, 32 or 64 bits
/// @param time        `2026-11-22 14:00:00.5+00`, also with `T` and `Z`; a zone must be given
/// @param isInclusive of LSN, xid and time
public record TargetText(
        String immediate, String name, String lsn, String xid, String time, boolean isInclusive) {

    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendPattern("[' ']['T']")
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendPattern("[' '][XXX][XX][X]['UTC']['GMT']")
            .parseDefaulting(java.time.temporal.ChronoField.OFFSET_SECONDS, 0)
            .toFormatter(Locale.ROOT);

    /// No target: to the end of the log.
    public static final TargetText NONE = new TargetText("", "", "", "", "", true);

    /// The target that is meant; [RecoveryTarget.Latest] if none was given.
    ///
    /// @throws IllegalArgumentException if several were given, or one cannot be understood
    public RecoveryTarget target() {
        List<String> given = new ArrayList<>();
        add(given, immediate, "immediate");
        add(given, name, "name \"" + name + "\"");
        add(given, lsn, "LSN " + lsn);
        add(given, xid, "xid " + xid);
        add(given, time, "time " + time);
        if (given.size() > 1) {
            throw new IllegalArgumentException("multiple recovery targets: " + String.join(", ", given)
                    + "\nHINT: Give one of immediate, name, LSN, xid and time.");
        }
        if (!immediate.isEmpty()) {
            if (!immediate.equals("immediate")) {
                throw new IllegalArgumentException("not a recovery target: \"" + immediate
                        + "\"\nHINT: The only word for it is immediate.");
            }
            return new RecoveryTarget.Immediate();
        }
        return name.isEmpty() ? position() : new RecoveryTarget.Name(name);
    }

    private static void add(List<String> given, String text, String description) {
        if (!text.isEmpty()) {
            given.add(description);
        }
    }

    private RecoveryTarget position() {
        if (!lsn.isEmpty()) {
            return new RecoveryTarget.AtLsn(Lsn.parse(lsn), isInclusive);
        }
        if (!xid.isEmpty()) {
            return new RecoveryTarget.AtXid(parseXid(xid), isInclusive);
        }
        return time.isEmpty() ? new RecoveryTarget.Latest()
                : new RecoveryTarget.AtTime(parseTime(time), isInclusive);
    }

    private static long parseXid(String text) {
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a transaction id: \"" + text
                    + "\"\nHINT: It is a decimal number, as waldump shows it behind tx.", e);
        }
    }

    private static Instant parseTime(String text) {
        boolean hasZone = text.matches("(?s).*[:0-9] ?(Z|UTC|GMT|[+-][0-9:]+)");
        try {
            if (hasZone) {
                return OffsetDateTime.parse(text, TIME).toInstant();
            }
        } catch (DateTimeParseException e) {
            throw notATime(text, "not a time");
        }
        throw notATime(text, text.matches("[0-9-]+[ T][0-9:.]+") ? "no time zone in the target time" : "not a time");
    }

    private static IllegalArgumentException notATime(String text, String problem) {
        return new IllegalArgumentException(problem + ": \"" + text
                + "\"\nHINT: A time looks like 2026-11-22 14:00:00.123456+00, zone included.");
    }
}
