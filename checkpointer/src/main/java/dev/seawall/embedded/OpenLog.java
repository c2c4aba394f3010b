package dev.seawall.embedded;

import dev.seawall.archiver.ArchivableLog;
import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.Wal;

/// The log as the archiver asks for it, through an interface of its own: as a daemon it is a client
/// of another process.
record OpenLog(Wal wal) implements ArchivableLog {

    @Override
    public Lsn lastImportantLsn() {
        return wal.lastImportantLsn();
    }

    @Override
    public Lsn switchSegment() {
        return wal.switchSegment();
    }
}
