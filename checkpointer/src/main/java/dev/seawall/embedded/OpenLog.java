package dev.seawall.embedded;

import dev.seawall.archiver.ArchivableLog;
import dev.seawall.checkpointer.CheckpointLog;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineHistory;
import dev.seawall.walwriter.CheckpointReport;
import dev.seawall.walwriter.Retention;
import dev.seawall.walwriter.Wal;
import java.io.IOException;

/// The log as the archiver and the checkpointer ask for it: they know interfaces of their own, for
/// as daemons they are clients of another process.
record OpenLog(Wal wal) implements CheckpointLog, ArchivableLog {

    @Override
    public long systemId() {
        return wal.systemId();
    }

    @Override
    public TimelineHistory history() {
        return wal.history();
    }

    @Override
    public PageLayout layout() {
        return wal.layout();
    }

    @Override
    public Lsn flushLsn() {
        return wal.flushLsn();
    }

    @Override
    public void checkpointed(CheckpointReport report) throws IOException {
        wal.checkpointed(report);
    }

    @Override
    public Hold hold(String name, Lsn from) {
        Retention retention = wal.retain(name, from);
        return retention::close;
    }

    @Override
    public Lsn lastImportantLsn() {
        return wal.lastImportantLsn();
    }

    @Override
    public Lsn switchSegment() {
        return wal.switchSegment();
    }
}
