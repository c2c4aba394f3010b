package dev.seawall.tools.waldump.text;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.WalVersion;
import dev.seawall.wal.record.RecordInPlace;
import dev.seawall.wal.record.ResourceManagerId;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/// Sums over records, by resource manager or by kind of record: pg_waldump's `--stats`.
public final class RecordStatistics {

    private static final int KINDS = 16;
    private static final int MANAGERS = 256;
    private static final int FIRST_CUSTOM = 128;

    private final long[] counts = new long[MANAGERS * KINDS];
    private final long[] recordBytes = new long[MANAGERS * KINDS];
    private final long[] imageBytes = new long[MANAGERS * KINDS];
    private final Lsn start;
    private final WalVersion version;
    /// 0 if there was no record.
    private long end;

    /// A line of the table.
    private record Row(String name, long count, long recordBytes, long imageBytes) {

        long bytes() {
            return recordBytes + imageBytes;
        }
    }

    /// @param version whose names are used
    public RecordStatistics(Lsn start, WalVersion version) {
        this.start = start;
        this.version = version;
    }

    /// @param behind the byte after the record
    public void add(RecordInPlace record, Lsn behind) {
        int manager = record.resourceManager().value();
        int kind = record.info() >> 4 & (manager == ResourceManagerId.TRANSACTION.value() ? 0x7 : 0xF);
        int images = record.imageBytes();
        int at = manager * KINDS + kind;
        counts[at]++;
        recordBytes[at] += record.totalLength() - images;
        imageBytes[at] += images;
        end = behind.value();
    }

    /// Adds what was summed up of a part of the log that follows.
    public void add(RecordStatistics later) {
        for (int at = 0; at < counts.length; at++) {
            counts[at] += later.counts[at];
            recordBytes[at] += later.recordBytes[at];
            imageBytes[at] += later.imageBytes[at];
        }
        end = later.end == 0 ? end : later.end;
    }

    public void show(TextOutput out, boolean isPerRecord) {
        if (end == 0) {
            return;
        }
        List<Row> rows = isPerRecord ? rowsByKind() : rowsByManager();
        Row total = new Row("Total", sum(counts, 0, counts.length), sum(recordBytes, 0, counts.length),
                sum(imageBytes, 0, counts.length));
        out.put(String.format("WAL statistics between %s and %s:%n", start, new Lsn(end)));
        String titles = "%-27s %20s %8s %20s %8s %20s %8s %20s %8s%n";
        out.put(String.format(titles, "Type", "N", "(%)", "Record size", "(%)", "FPI size", "(%)",
                "Combined size", "(%)"));
        out.put(String.format(titles, "----", "-", "---", "-----------", "---", "--------", "---",
                "-------------", "---"));
        for (Row row : rows) {
            out.put(String.format("%-27s %20d (%6s) %20d (%6s) %20d (%6s) %20d (%6s)%n", row.name(),
                    row.count(), percent(row.count(), total.count()),
                    row.recordBytes(), percent(row.recordBytes(), total.recordBytes()),
                    row.imageBytes(), percent(row.imageBytes(), total.imageBytes()),
                    row.bytes(), percent(row.bytes(), total.bytes())));
        }
        out.put(String.format("%-27s %20s %8s %20s %8s %20s %8s %20s%n",
                "", "--------", "", "--------", "", "--------", "", "--------"));
        out.put(String.format("%-27s %20d %-9s%20d %-9s%20d %-9s%20d %-6s%n", total.name(), total.count(), "",
                total.recordBytes(), "[" + percent(total.recordBytes(), total.bytes()) + "%]",
                total.imageBytes(), "[" + percent(total.imageBytes(), total.bytes()) + "%]",
                total.bytes(), "[100%]"));
    }

    private List<Row> rowsByManager() {
        List<Row> rows = new ArrayList<>();
        for (int manager = 0; manager < MANAGERS; manager++) {
            int from = manager * KINDS;
            long count = sum(counts, from, from + KINDS);
            if (ResourceManagerId.isValid(manager) && (manager < FIRST_CUSTOM || count > 0)) {
                rows.add(new Row(ResourceManagerId.of(manager).displayName(), count,
                        sum(recordBytes, from, from + KINDS), sum(imageBytes, from, from + KINDS)));
            }
        }
        return rows;
    }

    private List<Row> rowsByKind() {
        List<Row> rows = new ArrayList<>();
        for (int at = 0; at < counts.length; at++) {
            if (counts[at] > 0) {
                int info = at % KINDS << 4;
                String name = RecordNames.of(at / KINDS, info, version);
                rows.add(new Row(ResourceManagerId.of(at / KINDS).displayName() + "/"
                        + (name == null ? "UNKNOWN (" + Integer.toHexString(info) + ")" : name),
                        counts[at], recordBytes[at], imageBytes[at]));
            }
        }
        return rows;
    }

    private static long sum(long[] of, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += of[i];
        }
        return sum;
    }

    /// As C prints it: the double that the division gives, rounded by its exact value.
    private static String percent(long part, long whole) {
        double percent = whole == 0 ? 0 : 100 * (double) part / whole;
        return new BigDecimal(percent).setScale(2, RoundingMode.HALF_EVEN).toPlainString();
    }
}
