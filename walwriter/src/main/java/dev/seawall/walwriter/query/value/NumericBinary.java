package dev.seawall.walwriter.query.value;

import dev.seawall.walwriter.wire.MessageOutput;
import dev.seawall.walwriter.wire.PgType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// numeric in PostgreSQL's binary format: digits to base 10,000.
///
/// ```
///  0 u16 count of digits   2 i16 weight of the first   4 u16 sign   6 u16 decimals shown   8 u16 digits[]
/// ```
final class NumericBinary {

    private static final int HEADER_BYTES = 8;
    private static final int DECIMALS_A_DIGIT = 4;
    private static final int DIGITS_MAX = 10_000;
    private static final int NEGATIVE = 0x4000;
    private static final BigInteger BASE = BigInteger.valueOf(10_000);

    private NumericBinary() {}

    /// With the length in front.
    static void write(BigDecimal value, MessageOutput out) {
        int scale = Math.max(0, value.scale());
        int fractionDigits = (scale + DECIMALS_A_DIGIT - 1) / DECIMALS_A_DIGIT;
        BigInteger rest = value.abs().setScale(fractionDigits * DECIMALS_A_DIGIT).unscaledValue();
        List<Integer> digits = new ArrayList<>();
        while (rest.signum() != 0) {
            BigInteger[] parts = rest.divideAndRemainder(BASE);
            digits.addFirst(parts[1].intValue());
            rest = parts[0];
        }
        int weight = digits.isEmpty() ? 0 : digits.size() - fractionDigits - 1;
        while (!digits.isEmpty() && digits.getLast() == 0) {
            digits.removeLast();
        }
        out.int32(HEADER_BYTES + 2 * digits.size()).int16(digits.size()).int16(weight)
                .int16(value.signum() < 0 ? NEGATIVE : 0).int16(scale);
        for (int digit : digits) {
            out.int16(digit);
        }
    }

    static BigDecimal read(byte[] bytes) {
        ByteBuffer source = ByteBuffer.wrap(bytes);
        if (bytes.length < HEADER_BYTES) {
            throw BinaryValues.malformed(PgType.NUMERIC);
        }
        int count = source.getShort() & 0xFFFF;
        int weight = source.getShort();
        int sign = source.getShort() & 0xFFFF;
        int scale = source.getShort() & 0xFFFF;
        boolean isFinite = sign == 0 || sign == NEGATIVE;
        if (source.remaining() != 2 * count || !isFinite || count > DIGITS_MAX || Math.abs(weight) > DIGITS_MAX
                || scale > 2 * DIGITS_MAX) {
            throw BinaryValues.malformed(PgType.NUMERIC);
        }
        StringBuilder digits = new StringBuilder(DECIMALS_A_DIGIT * count + 1).append('0');
        for (int i = 0; i < count; i++) {
            int digit = source.getShort() & 0xFFFF;
            if (digit >= BASE.intValue()) {
                throw BinaryValues.malformed(PgType.NUMERIC);
            }
            TimestampText.padded(digit, DECIMALS_A_DIGIT, digits);
        }
        BigDecimal value = new BigDecimal(new BigInteger(digits.toString()), DECIMALS_A_DIGIT * (count - 1 - weight))
                .setScale(scale, java.math.RoundingMode.HALF_UP);
        return sign == NEGATIVE ? value.negate() : value;
    }
}
