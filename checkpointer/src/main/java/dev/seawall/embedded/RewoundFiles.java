package dev.seawall.embedded;

import dev.seawall.checkpointer.DataFiles;
import dev.seawall.recovery.ResourceManager;
import dev.seawall.recovery.ResourceManagers;
import dev.seawall.wal.ControlFile;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.rewind.OwnDataFiles;
import dev.seawall.walwriter.start.ControlStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// `base/` with its engines, as a rewind asks for it.
public final class RewoundFiles implements OwnDataFiles {

    private final Disk disk;
    private final World world;
    private final Path directory;
    private final SeawallOptions options;
    private final List<ResourceManager> engines;

    public RewoundFiles(Disk disk, World world, Path directory, SeawallOptions options,
            List<ResourceManager> engines) {
        this.disk = disk;
        this.world = world;
        this.directory = directory;
        this.options = options;
        this.engines = List.copyOf(engines);
    }

    /// Opened as at any start: torn pages are made whole, and an engine's state is asked of the engine.
    @Override
    public Reach reach(TimelineHistory history) throws IOException {
        ControlFile control = ControlStore.peek(disk, world, directory);
        DataFiles.Log log = new DataFiles.Log(control.systemId(), history, new PageLayout(control.segmentBytes()),
                Lsn.INVALID, Lsn.MAX);
        try (DataFiles files = DataFiles.open(disk, directory, world, options.pages(), log);
                ResourceManagers managers = ResourceManagers.of(files.pages(), engines)) {
            managers.open(disk, files.path(), world);
            return new Reach(files.redoPoint(), Lsn.max(files.consistentAt(), managers.applied()));
        }
    }

    @Override
    public void rewindTo(TimelineId timeline) throws IOException {
        DataFiles.rewindTo(disk, directory, timeline);
    }

    @Override
    public Lsn redoPointOf(Path copied, long systemId, TimelineId timeline) throws IOException {
        return DataFiles.redoPointOf(disk, copied, systemId, timeline);
    }

    @Override
    public void replaceBy(Path copied) throws IOException {
        DataFiles.replace(disk, directory, copied);
    }
}
