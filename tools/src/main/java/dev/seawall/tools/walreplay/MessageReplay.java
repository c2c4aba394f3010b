package dev.seawall.tools.walreplay;

import dev.seawall.recovery.ResourceManagers;
import dev.seawall.recovery.redo.HeldLimits;
import dev.seawall.recovery.redo.HeldTransactions;
import dev.seawall.recovery.redo.Redo;
import dev.seawall.recovery.redo.RedoSource;
import dev.seawall.recovery.target.ConsistentPoint;
import dev.seawall.recovery.target.RecoveryTarget;
import dev.seawall.recovery.target.TargetStop;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.read.ReadOutcome;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/// `walreplay --messages`: the committed messages of a log, up to a target.
///
/// The same redo loop as in recovery, with a printer for a resource manager. Nothing is written
/// anywhere but to standard output.
final class MessageReplay {

    private final Disk disk;
    private final World world;
    private final Path scratch;

    MessageReplay(Disk disk, World world, Path scratch) {
        this.disk = disk;
        this.world = world;
        this.scratch = scratch;
    }

    /// @throws dev.seawall.recovery.target.RecoveryTargetException if the target is not met; what
    ///         committed up to the log's end has been printed then
    ExitCode run(ReplayLog log, Lsn from, RecoveryTarget target, MessagePrinter printer, PrintStream notes)
            throws IOException {
        WalReader reader = log.reader();
        Lsn start = switch (reader.findFirst(from)) {
            case ReadOutcome.Complete(var record, _) -> record.start();
            case ReadOutcome.NoRecord none -> throw new ExitCodeException(ExitCode.NOT_FOUND,
                    "no record was found from " + from + " on: " + none.reason());
        };
        TargetStop stop = new TargetStop(target, ConsistentPoint.ANYWHERE, start);
        RedoSource source = new RedoSource(reader, log.layout(), start, log.nextXid(), () -> Lsn.MAX);
        ResourceManagers managers = ResourceManagers.of(null, List.of()).withObserver(printer);
        try (Redo redo = new Redo(source, managers,
                HeldTransactions.open(disk, scratch.resolve("held"), HeldLimits.DEFAULT), stop, world)) {
            while (redo.hasWork()) {
                redo.step();
            }
            String end = "stopped " + stop.reason();
            if (!redo.isStopped()) {
                end = log.checkEnd(redo.applied(), redo.end().orElseThrow());
                stop.endOfLog(redo.progress(), end);
            }
            notes.println("walreplay: " + printer.printed() + " messages from " + start + " to " + redo.applied()
                    + ", timeline " + log.history().timeline() + "; " + end);
            if (redo.progress().unfinished() > 0) {
                notes.println("walreplay: " + redo.progress().unfinished() + " transactions had not ended there");
            }
        } finally {
            printer.close();
        }
        return ExitCode.DONE;
    }
}
