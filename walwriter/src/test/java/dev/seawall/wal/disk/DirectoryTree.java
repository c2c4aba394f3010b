package dev.seawall.wal.disk;

import dev.seawall.wal.disk.DirectoryJournal.Change;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// All names of a [SimulatedDisk], from "/" on, and the journal of those that are not durable.
final class DirectoryTree {

    private final SimulatedDirectory root;
    private final DirectoryJournal journal;

    DirectoryTree() {
        this(new SimulatedDirectory(), new DirectoryJournal());
    }

    private DirectoryTree(SimulatedDirectory root, DirectoryJournal journal) {
        this.root = root;
        this.journal = journal;
    }

    DirectoryTree copy() {
        Map<SimulatedNode, SimulatedNode> copies = new IdentityHashMap<>();
        SimulatedDirectory newRoot = (SimulatedDirectory) copy(root, copies);
        return new DirectoryTree(newRoot, journal.copy(node -> copy(node, copies)));
    }

    private static SimulatedNode copy(SimulatedNode node, Map<SimulatedNode, SimulatedNode> copies) {
        SimulatedNode known = copies.get(node);
        if (known != null) {
            return known;
        }
        return switch (node) {
            case SimulatedContent content -> {
                SimulatedContent copy = content.copy();
                copies.put(content, copy);
                yield copy;
            }
            case SimulatedDirectory directory -> {
                SimulatedDirectory copy = new SimulatedDirectory();
                copies.put(directory, copy);
                directory.entries.forEach((name, entry) -> copy.entries.put(name, copy(entry, copies)));
                directory.durable.forEach((name, entry) -> copy.durable.put(name, copy(entry, copies)));
                yield copy;
            }
        };
    }

    DirectoryJournal journal() {
        return journal;
    }

    SimulatedNode node(Path path) throws IOException {
        SimulatedNode at = root;
        for (Path name : path.toAbsolutePath().normalize()) {
            if (!(at instanceof SimulatedDirectory directory)) {
                throw new IOException(path + ": not a directory");
            }
            at = directory.entries.get(name.toString());
            if (at == null) {
                throw new NoSuchFileException(path.toString());
            }
        }
        return at;
    }

    SimulatedContent content(Path path) throws IOException {
        if (node(path) instanceof SimulatedContent content) {
            return content;
        }
        throw new IOException(path + ": is a directory");
    }

    SimulatedDirectory directory(Path path) throws IOException {
        if (node(path) instanceof SimulatedDirectory directory) {
            return directory;
        }
        throw new NotDirectoryException(path.toString());
    }

    SimulatedDirectory parentOf(Path path) throws IOException {
        Path parent = path.toAbsolutePath().normalize().getParent();
        if (parent == null) {
            throw new IOException(path + ": the root directory is nobody's");
        }
        return directory(parent);
    }

    Change change(Path path, @Nullable SimulatedNode node) throws IOException {
        return new Change(parentOf(path), path.getFileName().toString(), node);
    }

    /// Directories that were always there.
    void makeDirectories(Path path) {
        SimulatedDirectory at = root;
        for (Path name : path.toAbsolutePath().normalize()) {
            SimulatedNode next = at.entries.computeIfAbsent(name.toString(), _ -> new SimulatedDirectory());
            at.durable.put(name.toString(), next);
            at = (SimulatedDirectory) next;
        }
    }

    /// Names and contents after a power cut.
    void crash(RandomGenerator random, boolean isStrict) {
        journal.crash(random, isStrict);
        revert(root);
        files().forEach(content -> content.crash(random));
    }

    private static void revert(SimulatedDirectory directory) {
        directory.entries.clear();
        directory.entries.putAll(directory.durable);
        for (SimulatedNode node : directory.entries.values()) {
            if (node instanceof SimulatedDirectory below) {
                revert(below);
            }
        }
    }

    /// Every file that has a name, once, with its links counted and without descriptors: what is
    /// there for a new process.
    List<SimulatedContent> files() {
        Map<SimulatedContent, Integer> links = new IdentityHashMap<>();
        List<SimulatedContent> files = new ArrayList<>();
        collect(root, links, files);
        for (SimulatedContent content : files) {
            content.links = links.get(content);
            content.descriptors = 0;
            content.lockHolder = null;
        }
        return files;
    }

    private static void collect(SimulatedDirectory directory, Map<SimulatedContent, Integer> links,
            List<SimulatedContent> files) {
        for (SimulatedNode node : directory.entries.values()) {
            switch (node) {
                case SimulatedDirectory below -> collect(below, links, files);
                case SimulatedContent content -> {
                    if (links.merge(content, 1, Integer::sum) == 1) {
                        files.add(content);
                    }
                }
            }
        }
    }
}
