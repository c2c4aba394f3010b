package dev.seawall.recovery.redo;

import dev.seawall.recovery.LedgerEngine;
import dev.seawall.recovery.ResourceManagers;
import dev.seawall.recovery.TestLog;
import dev.seawall.recovery.Witness;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A process with redo in it: a log in memory, a ledger on a simulated disk, a witness.
final class RedoRig {

    static final Path BASE = Path.of("/data/base");
    static final Path HELD = BASE.resolve("held");

    final World world = new SystemWorld();
    final TestLog log;
    final SimulatedDisk disk;
    final Witness witness = new Witness();
    final LedgerEngine ledger = new LedgerEngine();
    final ResourceManagers managers;
    final Redo redo;

    RedoRig(TestLog log, SimulatedDisk disk, Lsn redoPoint, HeldLimits limits, StopRule stop) throws IOException {
        this.log = log;
        this.disk = disk;
        disk.makeDirectories(BASE);
        managers = ResourceManagers.of(null, List.of(ledger)).withObserver(witness);
        managers.open(disk, BASE, world);
        RedoSource source = new RedoSource(new WalReader(log, log.layout()), log.layout(), redoPoint, 3, log::end);
        redo = new Redo(source, managers, HeldTransactions.open(disk, HELD, limits), stop, world);
    }

    static RedoRig of(TestLog log) throws IOException {
        return of(log, HeldLimits.DEFAULT);
    }

    static RedoRig of(TestLog log, HeldLimits limits) throws IOException {
        Lsn begin = new Lsn(log.layout().segmentBytes());
        return new RedoRig(log, new SimulatedDisk(1), begin, limits, StopRule.NONE);
    }

    /// Steps until there is nothing to do.
    RedoRig run() throws IOException {
        while (redo.hasWork()) {
            redo.step();
        }
        return this;
    }

    List<String> seen() throws IOException {
        return run().witness.seen();
    }

    Map<String, Long> balances() throws IOException {
        return run().ledger.balances();
    }

    List<String> spillFiles() throws IOException {
        return disk.list(HELD);
    }

    /// A checkpoint by the book.
    ///
    /// @return the redo point
    Lsn checkpoint() throws IOException {
        Lsn position = redo.progress().position();
        Lsn durable = Lsn.min(position, managers.checkpoint(position));
        Lsn redoPoint = redo.redoPoint(durable);
        redo.checkpointed(durable);
        return redoPoint;
    }
}
