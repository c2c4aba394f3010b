package dev.seawall.tools.waldump;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.RelationId;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Numbers in arguments, read as leniently as C's sscanf reads them: blanks and a sign in front,
/// anything behind.
final class ArgumentScan {

    private static final String DECIMAL = "\\s*([-+]?[0-9]+)";
    private static final String HEX = "\\s*(?:0[xX])?([0-9a-fA-F]+)";
    private static final Pattern NUMBER = Pattern.compile(DECIMAL + ".*", Pattern.DOTALL);
    private static final Pattern LSN = Pattern.compile(HEX + "/" + HEX + ".*", Pattern.DOTALL);
    private static final Pattern RELATION =
            Pattern.compile(DECIMAL + "/" + DECIMAL + "/" + DECIMAL + ".*", Pattern.DOTALL);

    private ArgumentScan() {}

    /// `%u` or `%d`: 32 bits.
    static OptionalInt number(String text) {
        Matcher matcher = NUMBER.matcher(text);
        return matcher.matches() ? OptionalInt.of(bits(matcher.group(1), 10)) : OptionalInt.empty();
    }

    /// `%X/%X`
    static @Nullable Lsn lsn(String text) {
        Matcher matcher = LSN.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        return new Lsn((long) bits(matcher.group(1), 16) << 32 | Integer.toUnsignedLong(bits(matcher.group(2), 16)));
    }

    /// `%u/%u/%u`, tablespace and relation not 0.
    static @Nullable RelationId relation(String text) {
        Matcher matcher = RELATION.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        RelationId relation = new RelationId(
                bits(matcher.group(1), 10), bits(matcher.group(2), 10), bits(matcher.group(3), 10));
        return relation.tablespace() == 0 || relation.relation() == 0 ? null : relation;
    }

    private static int bits(String digits, int radix) {
        return new java.math.BigInteger(digits, radix).intValue();
    }
}
