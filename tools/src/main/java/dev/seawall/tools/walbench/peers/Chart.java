package dev.seawall.tools.walbench.peers;

import dev.seawall.tools.walbench.contest.Contestant;
import dev.seawall.tools.walbench.contest.Results;
import dev.seawall.tools.walbench.contest.Standing;
import dev.seawall.tools.walbench.load.Load;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Commits a second against committers as an SVG picture, both logarithmic: a line for each contestant, named at its
/// end. Legible on a light and on a dark page.
final class Chart {

    private static final int WIDTH = 760;
    private static final int HEIGHT = 420;
    private static final int LEFT = 62;
    private static final int RIGHT = 190;
    private static final int TOP = 34;
    private static final int BOTTOM = 46;
    private static final int LINE_HEIGHT = 15;
    private static final List<String> OURS = List.of("#0b6bcb", "#5aa9e6", "#1f3f8f", "#7fb7d9");
    private static final List<String> OTHERS = List.of("#c2410c", "#15803d", "#a21caf", "#a16207", "#0f766e", "#be123c",
            "#6b7280");

    private final Load.Kind kind;
    /// By contestant, then by committers.
    private final Map<Contestant, TreeMap<Integer, Double>> lines = new LinkedHashMap<>();
    private final StringBuilder out = new StringBuilder();
    private double mostCommitters = 10;
    private double fewest = 1e12;
    private double most = 1;

    /// @param kind virtual or platform threads
    Chart(Results results, Load.Kind kind) {
        this.kind = kind;
        for (Load load : results.loads()) {
            for (Standing standing : load.kind() == kind ? results.of(load) : List.<Standing>of()) {
                lines.computeIfAbsent(standing.contestant(), _ -> new TreeMap<>())
                        .put(load.count(), standing.perSecond());
                mostCommitters = Math.max(mostCommitters, load.count());
                fewest = Math.min(fewest, standing.perSecond());
                most = Math.max(most, standing.perSecond());
            }
        }
        fewest = Math.pow(10, Math.floor(Math.log10(fewest)));
        most = Math.pow(10, Math.ceil(Math.log10(most)));
    }

    /// Whether there is anything to draw.
    boolean isEmpty() {
        return lines.isEmpty();
    }

    String svg() {
        out.append(String.format("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
                <rect width="%d" height="%d" fill="#ffffff"/>
                """, WIDTH, HEIGHT, WIDTH, HEIGHT));
        axes();
        Map<Contestant, String> colours = colours();
        lines.forEach((contestant, points) -> line(points, colours.getOrDefault(contestant, "#000000"),
                contestant.group() == Contestant.Group.SEAWALL));
        names(colours);
        return out.append("</svg>\n").toString();
    }

    private Map<Contestant, String> colours() {
        Map<Contestant, String> colours = new LinkedHashMap<>();
        int ours = 0;
        int others = 0;
        for (Contestant contestant : lines.keySet()) {
            colours.put(contestant, contestant.group() == Contestant.Group.SEAWALL
                    ? OURS.get(ours++ % OURS.size()) : OTHERS.get(others++ % OTHERS.size()));
        }
        return colours;
    }

    private double x(double committers) {
        return LEFT + (WIDTH - LEFT - RIGHT) * Math.log10(committers) / Math.log10(mostCommitters);
    }

    private double y(double perSecond) {
        double share = Math.log10(perSecond / fewest) / Math.log10(most / fewest);
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share;
    }

    private void axes() {
        text(LEFT, TOP - 16, "start", "#111827", "durable commits a second, " + kind.lowerCase() + " threads");
        for (double value = fewest; value <= most * 1.01; value *= 10) {
            rule(LEFT, y(value), WIDTH - RIGHT, y(value));
            text(LEFT - 8, y(value) + 4, "end", "#4b5563", plain(value));
        }
        for (double value = 1; value <= mostCommitters * 1.01; value *= 10) {
            rule(x(value), TOP, x(value), HEIGHT - BOTTOM);
            text(x(value), HEIGHT - BOTTOM + 18, "middle", "#4b5563", plain(value));
        }
        text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10, "middle", "#4b5563", "committers");
    }

    private static String plain(double value) {
        return value >= 1e6 ? String.format(Locale.ROOT, "%.0f M", value / 1e6)
                : value >= 1e3 ? String.format(Locale.ROOT, "%.0f k", value / 1e3)
                : String.format(Locale.ROOT, "%.0f", value);
    }

    private void line(TreeMap<Integer, Double> points, String colour, boolean isOurs) {
        StringBuilder path = new StringBuilder();
        points.forEach((committers, value) -> path.append(path.isEmpty() ? "" : " ")
                .append(String.format(Locale.ROOT, "%.1f,%.1f", x(committers), y(value))));
        out.append(String.format("<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"%s\" points=\"%s\"/>%n", colour,
                isOurs ? "3" : "1.5", path));
        points.forEach((committers, value) -> out.append(String.format(Locale.ROOT,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%s\" fill=\"%s\"/>%n", x(committers), y(value),
                isOurs ? "4" : "3", colour)));
    }

    /// At the lines' ends, moved down where they would cover each other.
    private void names(Map<Contestant, String> colours) {
        List<Contestant> byHeight = new ArrayList<>(lines.keySet());
        byHeight.sort(Comparator.comparing(contestant -> y(lastOf(contestant))));
        double free = 0;
        for (Contestant contestant : byHeight) {
            double at = Math.max(free, y(lastOf(contestant)) + 4);
            text(x(mostCommitters) + 10, at, "start", colours.getOrDefault(contestant, "#000000"), contestant.title());
            free = at + LINE_HEIGHT;
        }
    }

    private double lastOf(Contestant contestant) {
        return lines.getOrDefault(contestant, new TreeMap<>(Map.of(1, fewest))).lastEntry().getValue();
    }

    private void rule(double x1, double y1, double x2, double y2) {
        out.append(String.format(Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#e5e7eb\"/>%n", x1, y1, x2, y2));
    }

    private void text(double x, double y, String anchor, String colour, String text) {
        out.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>%n",
                x, y, anchor, colour, text.replace("&", "&amp;").replace("<", "&lt;")));
    }
}
