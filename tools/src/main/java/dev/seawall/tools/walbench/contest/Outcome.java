package dev.seawall.tools.walbench.contest;

import dev.seawall.tools.walbench.load.Load;
import dev.seawall.tools.walbench.load.Measurement;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/// One load of a turn as a line of text: what the turn's process tells the one who started it.
///
/// @param remark what else is to be known; empty: nothing
record Outcome(Measurement measurement, String remark) {

    private static final String SEPARATOR = "\t";

    String line() {
        Histogram latency = measurement.latency();
        ByteBuffer compressed = ByteBuffer.allocate(latency.getNeededByteBufferCapacity());
        int length = latency.encodeIntoCompressedByteBuffer(compressed);
        String encoded = Base64.getEncoder().withoutPadding()
                .encodeToString(java.util.Arrays.copyOf(compressed.array(), length));
        return String.join(SEPARATOR, measurement.load().toString(), String.valueOf(measurement.operations()),
                String.valueOf(measurement.elapsed().toNanos()), String.valueOf(measurement.logBytes()), encoded,
                remark.replace(SEPARATOR, " "));
    }

    /// @throws IllegalArgumentException if the line is none of these
    static Outcome parse(String line) {
        String[] parts = line.split(SEPARATOR, -1);
        if (parts.length != 6) {
            throw new IllegalArgumentException("\"" + line + "\" is no outcome of a turn");
        }
        try {
            Histogram latency = Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(parts[4])), 0);
            return new Outcome(new Measurement(Load.parse(parts[0]), Long.parseLong(parts[1]),
                    Duration.ofNanos(Long.parseLong(parts[2])), Long.parseLong(parts[3]), latency), parts[5]);
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("\"" + line + "\" is no outcome of a turn", e);
        }
    }
}
