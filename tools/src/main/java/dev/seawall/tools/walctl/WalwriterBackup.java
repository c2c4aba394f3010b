package dev.seawall.tools.walctl;

import dev.seawall.archiver.ArchivableLog;
import dev.seawall.archiver.PageCopy;
import dev.seawall.tools.control.RunningWalwriter;
import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.client.WireClient;
import java.io.IOException;

/// A backup's session at a running walwriter: what it asks for lasts as long as the connection.
record WalwriterBackup(WireClient walwriter, String label) implements PageCopy.Holder, ArchivableLog {

    @Override
    public Lsn hold() throws IOException {
        // Copying takes as long as it takes.
        walwriter.query("SET idle_session_timeout = 0");
        return Lsn.parse(walwriter.query("SELECT pg_backup_start(" + RunningWalwriter.literal(label) + ", true)")
                .value());
    }

    @Override
    public Lsn release() throws IOException {
        // Who takes the backup waits for the archive by itself.
        return Lsn.parse(walwriter.query("SELECT lsn FROM pg_backup_stop(false)").value());
    }

    @Override
    public Lsn lastImportantLsn() throws IOException {
        return Lsn.parse(walwriter.query("SELECT pg_current_wal_insert_lsn()").value());
    }

    @Override
    public Lsn switchSegment() throws IOException {
        return Lsn.parse(walwriter.query("SELECT pg_switch_wal()").value());
    }
}
