package dev.seawall.tools.walbench.peers;

import dev.seawall.tools.Quantity;
import dev.seawall.tools.walbench.contest.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;

/// Latencies of one load as a plot of text: percentiles from left to right, each nine as wide as the one before, and
/// time upwards, logarithmic; each contestant a line of its own letter.
final class LatencyPlot {

    private static final int ROWS = 16;
    private static final int COLUMNS_A_NINE = 14;
    private static final List<String> NINES = List.of("0", "90 %", "99 %", "99.9 %", "99.99 %");
    private static final int COLUMNS = COLUMNS_A_NINE * (NINES.size() - 1) + 1;
    private static final int MARGIN = 9;

    private final List<Standing> standings;

    LatencyPlot(List<Standing> standings) {
        this.standings = standings;
    }

    List<String> lines() {
        List<Histogram> histograms = standings.stream().map(Standing::latency).toList();
        double low = Math.log10(Math.max(1, histograms.stream().mapToLong(h -> at(h, 1)).min().orElse(1)));
        double high = Math.log10(Math.max(2, histograms.stream().mapToLong(h -> at(h, COLUMNS - 1)).max().orElse(2)));
        // A decade at least: else noise would look like news.
        high = Math.max(high, low + 1);
        char[][] cells = new char[ROWS][COLUMNS];
        for (char[] row : cells) {
            Arrays.fill(row, ' ');
        }
        for (int i = 0; i < histograms.size(); i++) {
            for (int column = 0; column < COLUMNS; column++) {
                double share = (Math.log10(Math.max(1, at(histograms.get(i), column))) - low) / (high - low);
                int row = (int) Math.round(Math.clamp(share, 0, 1) * (ROWS - 1));
                cells[ROWS - 1 - row][column] = letter(i);
            }
        }
        return draw(cells, low, high);
    }

    private static long at(Histogram histogram, int column) {
        return histogram.getValueAtPercentile(100 * (1 - Math.pow(10, -(double) column / COLUMNS_A_NINE)));
    }

    private static char letter(int number) {
        return (char) ('a' + number % 26);
    }

    private List<String> draw(char[][] cells, double low, double high) {
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
            // Every fifth row, the lowest and the highest among them, says what it stands for.
            String scale = row % 5 == 0
                    ? Quantity.time(Duration.ofNanos((long) Math.pow(10, high - (high - low) * row / (ROWS - 1)))) : "";
            lines.add((" ".repeat(Math.max(0, MARGIN - scale.length())) + scale + " |" + new String(cells[row]))
                    .stripTrailing());
        }
        lines.add(" ".repeat(MARGIN + 1) + "+" + "-".repeat(COLUMNS));
        StringBuilder nines = new StringBuilder(" ".repeat(MARGIN + 2));
        for (int i = 0; i < NINES.size(); i++) {
            int gap = MARGIN + 2 + i * COLUMNS_A_NINE - nines.length();
            nines.append(" ".repeat(Math.max(0, gap))).append(NINES.get(i));
        }
        lines.add(nines.toString());
        StringBuilder legend = new StringBuilder(" ".repeat(MARGIN + 1));
        for (int i = 0; i < standings.size(); i++) {
            legend.append(' ').append(letter(i)).append(' ').append(standings.get(i).contestant().name());
        }
        lines.add(legend.toString());
        return lines;
    }
}
