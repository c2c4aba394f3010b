package dev.seawall.sim;

import dev.seawall.wal.disk.DiskCall;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Disk calls that are alike: the same operation on files whose names, and whose directories' names,
/// differ only in their numbers.
record CallSite(DiskCall.Operation operation, String name) implements Comparable<CallSite> {

    private static final Pattern NUMBER = Pattern.compile("[0-9A-Fa-f]{8,}|[0-9]+");

    static CallSite of(DiskCall call) {
        Path path = call.path();
        Path directory = path.getParent();
        Path named = directory == null || directory.getFileName() == null
                ? path : directory.getFileName().resolve(path.getFileName());
        return new CallSite(call.operation(), NUMBER.matcher(named.toString()).replaceAll("N"));
    }

    /// Counts calls that change something, by site.
    static final class Census {

        private final Map<CallSite, Integer> counts = new TreeMap<>();

        void add(DiskCall call) {
            if (call.operation().isChange()) {
                counts.merge(of(call), 1, Integer::sum);
            }
        }

        Map<CallSite, Integer> counts() {
            return counts;
        }
    }

    @Override
    public int compareTo(CallSite other) {
        int byOperation = operation.compareTo(other.operation);
        return byOperation != 0 ? byOperation : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return operation + " " + name;
    }
}
