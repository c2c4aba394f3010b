package dev.seawall.tools.walbench.server;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What pgbench says at its end.
///
/// @param transactions         that were processed
/// @param failed               that were not
/// @param averageMillis        of a transaction, as a client sees it
/// @param transactionsASecond  without the time to connect
public record PgbenchReport(long transactions, long failed, double averageMillis, double transactionsASecond) {

    private static final Pattern TRANSACTIONS = Pattern.compile("number of transactions actually processed: (\\d+)");
    private static final Pattern FAILED = Pattern.compile("number of failed transactions: (\\d+)");
    private static final Pattern AVERAGE = Pattern.compile("latency average = ([0-9.]+) ms");
    private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+) \\(without initial connection time\\)");

    /// @throws IOException if a line is missing: another version's, or it ended before
    public static PgbenchReport parse(String output) throws IOException {
        return new PgbenchReport(Long.parseLong(find(TRANSACTIONS, output)), Long.parseLong(find(FAILED, output)),
                Double.parseDouble(find(AVERAGE, output)), Double.parseDouble(find(TPS, output)));
    }

    private static String find(Pattern pattern, String output) throws IOException {
        Matcher found = pattern.matcher(output);
        if (!found.find()) {
            throw new IOException("pgbench reported nothing like \"" + pattern + "\", but\n" + output);
        }
        return found.group(1);
    }
}
