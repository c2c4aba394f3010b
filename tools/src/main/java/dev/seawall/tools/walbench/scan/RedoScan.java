package dev.seawall.tools.walbench.scan;

import dev.seawall.recovery.ResourceManagers;
import dev.seawall.recovery.redo.HeldLimits;
import dev.seawall.recovery.redo.HeldTransactions;
import dev.seawall.recovery.redo.Redo;
import dev.seawall.recovery.redo.RedoSource;
import dev.seawall.recovery.redo.StopRule;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.role.SystemWorld;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The redo loop with nobody to hand anything to: reads, checks, decodes, and puts transactions together.
final class RedoScan implements Contender {

    private final ScannedLog log;
    private final Path scratch;

    RedoScan(ScannedLog log, Path scratch) {
        this.log = log;
        this.scratch = scratch;
    }

    @Override
    public String name() {
        return "redo scan";
    }

    @Override
    public long read() throws IOException {
        try (WalReader reader = log.reader()) {
            Lsn first = switch (reader.findFirst(log.start())) {
                case ReadOutcome.Complete found -> found.record().start();
                case ReadOutcome.NoRecord none -> throw new IOException("no record: " + none.reason());
            };
            RedoSource source = new RedoSource(reader, log.layout(), first, 3, () -> Lsn.MAX);
            try (Redo redo = new Redo(source, ResourceManagers.of(null, List.of()),
                    HeldTransactions.open(log.disk(), scratch, HeldLimits.DEFAULT), StopRule.NONE, new SystemWorld())) {
                while (redo.end().isEmpty()) {
                    redo.step();
                }
                return redo.progress().counts().records();
            }
        }
    }
}
