package dev.seawall.checkpointer;

import dev.seawall.checkpointer.files.DataPage;
import dev.seawall.checkpointer.files.PageId;
import dev.seawall.checkpointer.files.RelationFile;
import dev.seawall.recovery.ResourceManagers;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.cluster.Checkpointing.FileCopy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// `base/` as a base backup copies it while redo, page reads and checkpoints go on.
///
/// Every page is copied whole, as of one moment each, and has all that is before the last checkpoint's redo
/// point. Engines' files do not change while they are held. Thread-safe.
public final class LiveFiles {

    private static final String RELATIONS = DataFiles.DIRECTORY + "/";
    private static final String ENGINES = RELATIONS + ResourceManagers.ENGINES;
    private static final String STATE = RELATIONS + StateFile.FILE_NAME;

    private final DataFiles dataFiles;
    private final Checkpointer checkpointer;
    private final ResourceManagers managers;
    private final RedoState redo;
    private final World world;

    public LiveFiles(DataFiles dataFiles, Checkpointer checkpointer, ResourceManagers managers, RedoState redo,
            World world) {
        this.dataFiles = dataFiles;
        this.checkpointer = checkpointer;
        this.managers = managers;
        this.redo = redo;
        this.world = world;
    }

    /// Begins a copy in this JVM.
    ///
    /// @param redoPoint of a checkpoint that is complete
    public FileCopy begin(Lsn redoPoint) {
        return new Copying(redoPoint);
    }

    /// The relations' files as long as they are now, sorted by their paths; what is added has its images in
    /// the log from the redo point on.
    public List<FileCopy.Entry> relations() {
        List<FileCopy.Entry> files = new ArrayList<>();
        for (Map.Entry<PageId, Integer> fork : dataFiles.pages().forks().entrySet()) {
            long blocks = fork.getValue();
            for (long block = 0; block < blocks; block += RelationFile.SEGMENT_BLOCKS) {
                PageId first = new PageId(fork.getKey().relation(), fork.getKey().fork(), (int) block);
                long here = Math.min(blocks - block, RelationFile.SEGMENT_BLOCKS);
                files.add(new FileCopy.Entry(RELATIONS + RelationFile.of(first).path(), here * DataPage.BYTES));
            }
        }
        files.sort(Comparator.comparing(FileCopy.Entry::path));
        return files;
    }

    /// From now on engines' files do not change, until [#release].
    ///
    /// @return completes when that is so
    public CompletableFuture<Void> hold() {
        return checkpointer.engineFiles().hold();
    }

    public void release() {
        checkpointer.engineFiles().release();
    }

    /// Engines' files, sorted by their paths, and at the end the checkpointer's state.
    ///
    /// @throws IllegalStateException if they are not held
    public List<FileCopy.Entry> others() throws IOException {
        requireHeld();
        List<FileCopy.Entry> files = new ArrayList<>();
        Disk disk = dataFiles.disk();
        Path engines = dataFiles.path().resolve(ResourceManagers.ENGINES);
        if (disk.exists(engines)) {
            PlainCopy.walk(disk, engines, ENGINES, (path, name) -> {
                try (DiskFile file = disk.open(path, EnumSet.of(Disk.Open.READ_ONLY))) {
                    files.add(new FileCopy.Entry(name, file.size()));
                }
            });
        }
        files.sort(Comparator.comparing(FileCopy.Entry::path));
        files.add(new FileCopy.Entry(STATE, CheckpointerState.FILE_BYTES));
        return files;
    }

    private void requireHeld() {
        if (!checkpointer.engineFiles().isHeld()) {
            throw EngineFiles.ended();
        }
    }

    /// Copies a piece of one of these files.
    ///
    /// @param redoPoint where redo of the copy begins: what the copied state says
    /// @param into      room for the piece from its position on; its whole content is one's own
    /// @throws IllegalStateException if engines' files are not held
    public void read(Lsn redoPoint, String path, long offset, ByteBuffer into) throws IOException {
        if (path.equals(STATE)) {
            into.put(state(redoPoint).toFile().slice(Math.toIntExact(offset), into.remaining()));
        } else if (path.startsWith(ENGINES + "/")) {
            readEngine(path, offset, into);
        } else {
            readPages(path, offset, into);
        }
    }

    /// Behind whatever a copied page or engine can have seen. Redo's own position alone may lag behind it, and
    /// after a restart all that was applied behind what is in the files.
    private CheckpointerState state(Lsn redoPoint) {
        Lsn applied = Lsn.max(dataFiles.pages().applied(), managers.applied());
        Lsn consistentAt = Lsn.max(redo.position(), Lsn.max(applied, dataFiles.consistentAt()));
        CheckpointerState now = dataFiles.stateFile().state();
        return new CheckpointerState(now.systemId(), now.timeline(), redoPoint, consistentAt, 1);
    }

    private void readEngine(String name, long offset, ByteBuffer into) throws IOException {
        requireHeld();
        Path path = dataFiles.path().resolve(name.substring(RELATIONS.length())).normalize();
        if (!path.startsWith(dataFiles.path().resolve(ResourceManagers.ENGINES))) {
            throw new IllegalArgumentException("no engine's file: \"" + name + "\"");
        }
        int expected = into.remaining();
        try (DiskFile file = dataFiles.disk().open(path, EnumSet.of(Disk.Open.READ_ONLY))) {
            int read = file.read(into, offset);
            if (read != expected) {
                throw new IOException("engine's file \"" + path + "\" ends at " + (offset + Math.max(0, read))
                        + ", after it was said to be longer");
            }
        }
        // What was read since it was not is of no use.
        requireHeld();
    }

    private void readPages(String path, long offset, ByteBuffer into) throws IOException {
        String[] names = path.split("/", -1);
        RelationFile file = path.startsWith(RELATIONS) && names.length == 3 && RelationFile.isDatabase(names[1])
                ? RelationFile.parse(names[1], names[2]) : null;
        if (file == null || offset % DataPage.BYTES != 0 || into.remaining() % DataPage.BYTES != 0) {
            throw new IllegalArgumentException("no pages to copy: offset " + offset + " of \"" + path + "\"");
        }
        int block = Math.toIntExact(file.segment() * (long) RelationFile.SEGMENT_BLOCKS + offset / DataPage.BYTES);
        while (into.hasRemaining()) {
            ByteBuffer page = into.slice(into.position(), DataPage.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            dataFiles.pages().copy(new PageId(file.fork().relation(), file.fork().fork(), block), page);
            into.position(into.position() + DataPage.BYTES);
            block++;
        }
    }

    /// One copy in this JVM.
    private final class Copying implements FileCopy {

        private final Lsn redoPoint;
        private boolean isHolding;

        Copying(Lsn redoPoint) {
            this.redoPoint = redoPoint;
        }

        @Override
        public List<Entry> relations() {
            return LiveFiles.this.relations();
        }

        @Override
        public List<Entry> others() throws IOException {
            Thread self = Thread.currentThread();
            CompletableFuture<Void> held = hold();
            isHolding = true;
            held.whenComplete((_, _) -> world.unpark(self));
            world.park(held::isDone);
            return LiveFiles.this.others();
        }

        @Override
        public void read(String path, long offset, ByteBuffer into) throws IOException {
            LiveFiles.this.read(redoPoint, path, offset, into);
        }

        @Override
        public void close() {
            if (isHolding) {
                isHolding = false;
                release();
            }
        }
    }
}
