package dev.seawall.tools.testfsync;

import dev.seawall.tools.testfsync.FileStateTrial.State;
import dev.seawall.tools.testfsync.storage.Verdict;
import dev.seawall.walwriter.segments.FlushChoice;
import dev.seawall.walwriter.segments.FlushPath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Settings for this disk, with reasons, in seawall.conf's syntax.
///
/// @param settings name and value
/// @param reasons  one for each of them, by name
record Recommendation(Map<String, String> settings, Map<String, String> reasons) {

    /// Below it writing zeros gains nothing, above it old segments cost something.
    private static final double NOTHING = 1.05;
    private static final double MUCH = 1.5;

    /// @param choice which method
    /// @param files  states of files, by that method
    static Recommendation of(FlushChoice choice, Section files) {
        Recommendation made = new Recommendation(new LinkedHashMap<>(), new LinkedHashMap<>());
        made.add("wal_sync_method", choice.path().method().name().toLowerCase(Locale.ROOT), choice.reason());
        made.add("wal_direct_io", onOff(choice.path().isDirect()), choice.path().isDirect()
                ? "Past the page cache: nothing is copied, and the log takes no memory from the data."
                : "Through the page cache.");
        made.addFiles(of(files, State.UNWRITTEN), of(files, State.ZEROED), of(files, State.RECYCLED));
        return made;
    }

    /// @param lone  methods, each making 4 kB durable
    /// @param batch the same with what a commit of many makes durable at once
    static FlushChoice choice(Section lone, Section batch) {
        List<FlushChoice.Trial> trials = new ArrayList<>();
        for (FlushPath path : FlushPath.all()) {
            if (lone.has(path.toString())) {
                trials.add(new FlushChoice.Trial(path, lone.median(path.toString()), batch.median(path.toString()), 1));
            }
        }
        return FlushChoice.of(trials);
    }

    private static long of(Section files, State state) {
        return files.median(state.text());
    }

    private void addFiles(long unwritten, long zeroed, long recycled) {
        double gain = (double) unwritten / zeroed;
        add("wal_init_zero", onOff(gain >= NOTHING), gain >= NOTHING
                ? String.format(Locale.ROOT,
                        "The first write into space that was only reserved takes %.1f times as long.", gain)
                : "Writing zeros beforehand gains nothing here.");
        double loss = (double) recycled / zeroed;
        add("wal_recycle", onOff(loss < MUCH), loss < MUCH
                ? "Old segments are as good as new ones, and a rename is cheaper than 16 MB of zeros."
                : String.format(Locale.ROOT, "A write into an old segment takes %.1f times as long as into a new one.",
                        loss));
    }

    private void add(String name, String value, String reason) {
        settings.put(name, value);
        reasons.put(name, reason);
    }

    private static String onOff(boolean isOn) {
        return isOn ? "on" : "off";
    }

    List<String> lines(Verdict verdict) {
        List<String> lines = new ArrayList<>();
        lines.add("\nFor seawall.conf:");
        settings.forEach((name, value) ->
                lines.add(String.format("  %-32s # %s", name + " = " + value, reasons.get(name))));
        lines.add(verdict.isDangerous()
                ? "Do not put pg_wal here: what was acknowledged may be lost, see above."
                : "pg_wal may be here, as far as a program can tell; it cannot cut the power.");
        return lines;
    }
}
