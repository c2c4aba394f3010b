package dev.seawall.wal.disk;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The changes of directories that no sync has made durable yet.
///
/// After a power cut a prefix of each directory's changes is there, every prefix as likely as what
/// a real journal would leave; a rename between two directories happened in both or in neither.
/// Strict: any subset, as long as no change of a name survives an earlier lost one of that name.
final class DirectoryJournal {

    /// Beyond this many, the oldest are committed as a file system does after some seconds.
    private static final int PENDING_MAX = 256;

    private final List<Entry> pending = new ArrayList<>();

    /// One name that now leads to `node`, or nowhere.
    record Change(SimulatedDirectory directory, String name, @Nullable SimulatedNode node) {

        private void applyTo(Map<String, SimulatedNode> names) {
            if (node == null) {
                names.remove(name);
            } else {
                names.put(name, node);
            }
        }
    }

    /// Changes that happen together or not at all.
    private record Entry(List<Change> changes) {

        private void makeDurable() {
            for (Change change : changes) {
                change.applyTo(change.directory().durable);
            }
        }
    }

    private record Name(SimulatedDirectory directory, String name) {}

    /// The same changes, of copied directories and files.
    DirectoryJournal copy(UnaryOperator<SimulatedNode> copied) {
        DirectoryJournal copy = new DirectoryJournal();
        for (Entry entry : pending) {
            copy.pending.add(new Entry(entry.changes().stream().map(change -> new Change(
                    (SimulatedDirectory) copied.apply(change.directory()), change.name(),
                    change.node() == null ? null : copied.apply(change.node()))).toList()));
        }
        return copy;
    }

    /// Makes the changes seen, not durable.
    void add(Change... changes) {
        for (Change change : changes) {
            change.applyTo(change.directory().entries);
        }
        pending.add(new Entry(List.of(changes)));
        if (pending.size() > PENDING_MAX) {
            commitSome(PENDING_MAX / 2);
        }
    }

    int size() {
        return pending.size();
    }

    /// Makes all of a directory's changes durable, and what must have happened before them.
    void sync(SimulatedDirectory directory) {
        Set<SimulatedDirectory> needed = new HashSet<>();
        needed.add(directory);
        List<Entry> synced = new ArrayList<>();
        for (int i = pending.size() - 1; i >= 0; i--) {
            Entry entry = pending.get(i);
            if (entry.changes().stream().anyMatch(change -> needed.contains(change.directory()))) {
                entry.changes().forEach(change -> needed.add(change.directory()));
                synced.addFirst(entry);
                pending.remove(i);
            }
        }
        synced.forEach(Entry::makeDurable);
    }

    /// Commits the oldest changes, asked by nobody.
    void commitSome(int count) {
        for (Iterator<Entry> each = pending.iterator(); each.hasNext() && count > 0; count--) {
            each.next().makeDurable();
            each.remove();
        }
    }

    /// Decides at a power cut which changes survive.
    void crash(RandomGenerator random, boolean isStrict) {
        double survival = random.nextInt(3) * 0.5;
        Map<SimulatedDirectory, Integer> kept = new IdentityHashMap<>();
        if (!isStrict) {
            keepPrefixes(kept, random, survival);
        }
        Set<Object> lost = new HashSet<>();
        for (Entry entry : pending) {
            boolean survives = true;
            for (Change change : entry.changes()) {
                survives &= !lost.contains(isStrict ? nameOf(change) : change.directory());
                survives &= isStrict || kept.merge(change.directory(), -1, Integer::sum) >= 0;
            }
            survives &= !isStrict || random.nextDouble() < survival;
            if (survives) {
                entry.makeDurable();
            } else {
                entry.changes().forEach(
                        change -> lost.add(isStrict ? nameOf(change) : change.directory()));
            }
        }
        pending.clear();
    }

    private void keepPrefixes(
            Map<SimulatedDirectory, Integer> kept, RandomGenerator random, double survival) {
        for (Entry entry : pending) {
            entry.changes().forEach(change -> kept.merge(change.directory(), 1, Integer::sum));
        }
        kept.replaceAll((_, count) -> survival == 0 ? 0
                : survival == 1 ? count : random.nextInt(count + 1));
    }

    private static Name nameOf(Change change) {
        return new Name(change.directory(), change.name());
    }
}
