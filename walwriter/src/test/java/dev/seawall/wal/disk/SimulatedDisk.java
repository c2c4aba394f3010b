package dev.seawall.wal.disk;

import dev.seawall.wal.disk.DiskCall.Operation;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A disk in memory that does to unsynced bytes what real ones do, from one seed.
///
/// What survives a [#crash], the power cut: of each file, synced bytes, and of the others any
/// sectors of 512 bytes in any order; of each size and each directory's changes, what was synced,
/// and any part of the way to what was last seen. Syncing a file does not sync its directory. What
/// survives a [#kill], the death of the process: all that was ever written, lies included.
///
/// A failed sync is told once to each descriptor open at the time; the pages count as clean and
/// the page cache goes on showing them, until it is dropped or the power goes. Direct transfers go
/// past that cache.
///
/// Faults are armed by [#cutPower] and [#inject]. From a cut on every call throws [PowerCut]; then
/// call [#crash] or [#kill], and [#restart]. Files opened before are dead for good. Thread-safe,
/// but only one thread gives runs that repeat.
public final class SimulatedDisk implements Disk {

    private static final long CAPACITY_DEFAULT = 1L << 40;
    private static final int SPONTANEOUS_ONE_IN = 64;

    private final RandomGenerator random;
    private final DirectoryTree tree;
    private final FaultPlan faults = new FaultPlan();
    private final Set<Path> mounts = new HashSet<>();

    private Consumer<DiskCall> trace = _ -> {};
    private long capacityPages = CAPACITY_DEFAULT / SparsePages.PAGE_BYTES;
    private long usedPages;
    private boolean isStrict;
    private boolean isDown;
    private long life;
    private long changes;

    /// An empty disk: only "/" is there.
    public SimulatedDisk(long seed) {
        this(seed, new DirectoryTree());
    }

    private SimulatedDisk(long seed, DirectoryTree tree) {
        this.random = new SplittableRandom(seed);
        this.tree = tree;
    }

    /// This disk's state on a disk of its own, unsynced parts included; without open files, faults
    /// and trace. What lives that begin the same share is paid for once.
    public synchronized SimulatedDisk copy(long seed) {
        SimulatedDisk copy = new SimulatedDisk(seed, tree.copy());
        copy.capacityPages = capacityPages;
        copy.usedPages = usedPages;
        copy.isStrict = isStrict;
        copy.mounts.addAll(mounts);
        return copy;
    }

    // What a rig does to the disk.

    /// Arms a power cut at the nth coming call that changes anything, counted from 1.
    public synchronized void cutPower(Fault.Phase phase, long nth) {
        faults.arm(new Fault.Cut(phase), nth, call -> call.operation().isChange());
    }

    /// Arms a power cut at the nth coming call that `which` accepts.
    public synchronized void cutPower(Fault.Phase phase, long nth, Predicate<DiskCall> which) {
        faults.arm(new Fault.Cut(phase), nth, which);
    }

    /// Arms a fault at the nth coming call that `which` accepts; it strikes once.
    public synchronized void inject(Fault fault, long nth, Predicate<DiskCall> which) {
        faults.arm(fault, nth, which);
    }

    /// Disarms what has not struck.
    public synchronized void clearFaults() {
        faults.clear();
    }

    /// Shows every call before it is made.
    public synchronized void trace(Consumer<DiskCall> listener) {
        trace = listener;
    }

    /// Calls so far that could change anything.
    public synchronized long changes() {
        return changes;
    }

    /// From now on the disk has room for so many bytes in all, in blocks of 4 KiB.
    public synchronized void capacity(long bytes) {
        capacityPages = bytes / SparsePages.PAGE_BYTES;
    }

    /// Whether any consistent subset of a directory's unsynced changes may survive, not only a prefix.
    public synchronized void strictDirectories(boolean strict) {
        isStrict = strict;
    }

    /// Creates directories that were always there: durable, uncounted, untouched by faults.
    public synchronized void makeDirectories(Path path) {
        tree.makeDirectories(path);
    }

    /// Latent bit rot: flips bits of the byte at `offset`, wherever it is read from.
    public synchronized void flip(Path path, long offset, int bits) throws IOException {
        tree.content(path).flip(offset, bits);
    }

    /// Write-back in the background fails: some dirty pages are lost and clean, and only
    /// descriptors open now will hear of it.
    public synchronized void failWriteBack(Path path) throws IOException {
        tree.content(path).failWriteBack(random);
    }

    public synchronized boolean isDown() {
        return isDown;
    }

    /// The power goes, now if it has not gone yet: unsynced state is decided.
    public synchronized void crash() {
        endLife();
        tree.crash(random, isStrict);
    }

    /// The process dies: descriptors and locks are gone, everything written is still seen.
    public synchronized void kill() {
        endLife();
    }

    private void endLife() {
        isDown = true;
        life++;
        faults.clear();
    }

    /// Lets a new process use the disk, after [#crash] or [#kill]; after neither, as after a kill.
    public synchronized void restart() {
        if (!isDown) {
            throw new IllegalStateException("the disk is up");
        }
        endLife();
        usedPages = tree.files().stream().mapToLong(SimulatedContent::allocatedPages).sum();
        isDown = false;
    }

    // What a process does with it.

    @Override
    public synchronized DiskFile open(Path path, Set<Open> how) throws IOException {
        checkPower(Operation.OPEN, path);
        SimulatedNode node = tree.parentOf(path).entries.get(path.getFileName().toString());
        boolean isCreated = node == null && (how.contains(Open.CREATE) || how.contains(Open.CREATE_NEW));
        SimulatedCall call = begin(isCreated ? Operation.CREATE : Operation.OPEN, path);
        call.failHalfTheTime();
        if (node != null && how.contains(Open.CREATE_NEW)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        if (isCreated) {
            SimulatedContent created = new SimulatedContent();
            created.links = 1;
            tree.journal().add(tree.change(path, created));
        }
        SimulatedContent content = tree.content(path);
        call.end();
        return new SimulatedFile(this, path, content, how, life);
    }

    @Override
    public synchronized boolean exists(Path path) throws IOException {
        begin(Operation.EXISTS, path).failWithInputOutputError();
        try {
            tree.node(path);
            return true;
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    /// Nobody else's, always.
    @Override
    public synchronized Permissions permissions(Path path) throws IOException {
        begin(Operation.EXISTS, path).failWithInputOutputError();
        tree.node(path);
        return new Permissions(1000, 0600);
    }

    @Override
    public synchronized List<String> list(Path directory) throws IOException {
        begin(Operation.LIST, directory).failWithInputOutputError();
        return List.copyOf(tree.directory(directory).entries.keySet());
    }

    @Override
    public synchronized void createDirectory(Path directory) throws IOException {
        SimulatedCall call = begin(Operation.CREATE_DIRECTORY, directory);
        call.failHalfTheTime();
        SimulatedNode there = tree.parentOf(directory).entries.get(directory.getFileName().toString());
        if (there instanceof SimulatedContent) {
            throw new FileAlreadyExistsException(directory.toString());
        }
        if (there == null) {
            tree.journal().add(tree.change(directory, new SimulatedDirectory()));
        }
        call.end();
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        SimulatedCall call = begin(Operation.RENAME, to);
        call.failHalfTheTime();
        SimulatedNode moved = tree.node(from);
        SimulatedNode replaced = tree.parentOf(to).entries.get(to.getFileName().toString());
        if (replaced instanceof SimulatedDirectory) {
            throw new IOException("rename of " + from + " to " + to + ": is a directory");
        }
        // Linux: two names of one file stay as they are.
        if (replaced != moved) {
            tree.journal().add(tree.change(from, null), tree.change(to, moved));
            unlink(replaced);
        }
        call.end();
    }

    /// From now on this directory is on a file system of its own.
    public void mount(Path directory) {
        mounts.add(directory);
    }

    @Override
    public boolean isOneFileSystem(Path one, Path other) {
        return mounts.stream().allMatch(mount -> one.startsWith(mount) == other.startsWith(mount));
    }

    @Override
    public synchronized void link(Path existing, Path name) throws IOException {
        SimulatedCall call = begin(Operation.LINK, name);
        call.failHalfTheTime();
        SimulatedContent content = tree.content(existing);
        if (tree.parentOf(name).entries.containsKey(name.getFileName().toString())) {
            throw new FileAlreadyExistsException(name.toString());
        }
        content.links++;
        tree.journal().add(tree.change(name, content));
        call.end();
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        SimulatedCall call = begin(Operation.DELETE, path);
        call.failHalfTheTime();
        SimulatedNode node = tree.node(path);
        if (node instanceof SimulatedDirectory directory && !directory.entries.isEmpty()) {
            throw new DirectoryNotEmptyException(path.toString());
        }
        tree.journal().add(tree.change(path, null));
        unlink(node);
        call.end();
    }

    private void unlink(@Nullable SimulatedNode node) {
        if (node instanceof SimulatedContent content) {
            content.links--;
            freeIfUnused(content);
        }
    }

    @Override
    public synchronized void syncDirectory(Path directory) throws IOException {
        SimulatedCall call = begin(Operation.SYNC_DIRECTORY, directory);
        call.failHalfTheTime();
        tree.journal().sync(tree.directory(directory));
        call.end();
    }

    @Override
    public synchronized long freeBytes(Path path) throws IOException {
        begin(Operation.FREE_BYTES, path).failWithInputOutputError();
        return Math.max(0, pagesLeft()) * SparsePages.PAGE_BYTES;
    }

    // What the files need of their disk.

    RandomGenerator random() {
        return random;
    }

    long life() {
        return life;
    }

    long pagesLeft() {
        // The capacity may have been set below what is used.
        return Math.max(0, capacityPages - usedPages);
    }

    void takePages(long pages) {
        usedPages += pages;
    }

    void freeIfUnused(SimulatedContent content) {
        if (content.links == 0 && content.descriptors == 0) {
            usedPages -= content.allocatedPages();
        }
    }

    /// Now and then the kernel writes back before anyone asks.
    void writeBackSometimes(SimulatedContent content) {
        if (random.nextInt(SPONTANEOUS_ONE_IN) == 0) {
            content.writeBackSome(random);
            tree.journal().commitSome(random.nextInt(tree.journal().size() + 1));
        }
    }

    SimulatedCall begin(Operation operation, Path path) {
        checkPower(operation, path);
        DiskCall call = new DiskCall(operation, path);
        trace.accept(call);
        if (operation.isChange()) {
            changes++;
        }
        Fault fault = faults.strike(call);
        if (fault instanceof Fault.Cut(Fault.Phase phase) && phase == Fault.Phase.BEFORE) {
            throw cut("before " + call);
        }
        return new SimulatedCall(this, call, fault);
    }

    PowerCut cut(String where) {
        isDown = true;
        return new PowerCut(where);
    }

    private void checkPower(Operation operation, Path path) {
        if (isDown) {
            throw new PowerCut("no power for " + operation + " " + path);
        }
    }
}
