package dev.seawall.archiver.process;

import dev.seawall.archiver.ArchivableLog;
import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.cluster.NotConnectedException;
import dev.seawall.walwriter.link.Link;
import dev.seawall.walwriter.link.LinkMessage;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The log, asked over the link.
///
/// @param link null while no walwriter is connected
record LinkedLog(Supplier<@Nullable Link> link) implements ArchivableLog {

    /// Without a walwriter nothing is logged, so there is nothing to be archived early.
    @Override
    public Lsn lastImportantLsn() throws IOException {
        Link connected = link.get();
        return connected == null ? Lsn.INVALID
                : connected.ask(new LinkMessage.LastImportant(), LinkMessage.Position.class).lsn();
    }

    @Override
    public Lsn switchSegment() throws IOException {
        Link connected = link.get();
        if (connected == null) {
            throw new NotConnectedException("no walwriter is connected");
        }
        return connected.ask(new LinkMessage.SwitchSegment(), LinkMessage.Position.class).lsn();
    }
}
