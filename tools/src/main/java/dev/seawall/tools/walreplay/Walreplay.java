package dev.seawall.tools.walreplay;

import dev.seawall.recovery.target.RecoveryTarget;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.Program;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `walreplay`: replays a log up to a target, into a directory or to standard output.
@Command(name = "walreplay", mixinStandardHelpOptions = true, sortOptions = false, usageHelpWidth = 100,
        description = {
            "Replays a log up to a point: in time, at an LSN, a transaction or a named restore point.",
            "",
            "It works in one of three ways:",
            "  walreplay -r REPOSITORY -D DIR TARGET     restores a base backup into DIR and replays",
            "                                            the archived log up to the target",
            "  walreplay -r REPOSITORY --dry-run TARGET  says which backup and which log that would take,",
            "                                            what would be redone, and where it would stop",
            "  walreplay -w DIR --messages TARGET        writes the messages of committed transactions",
            "                                            up to the target to standard output; also with -r",
            "",
            "Without a target everything that the log has is replayed. A target that is not met is an",
            "error, exit code 7: nothing is promoted, and the message says how far the log goes.",
            ""},
        footer = {"", "Examples:",
            "  walreplay -r /backup -D /data/copy --target-time '2026-11-22 14:00:00+00'",
            "  walreplay -r /backup --dry-run --target-name before_release",
            "  walreplay -w /var/lib/postgresql/15/main --messages --json | jq .content"})
public final class Walreplay implements Callable<ExitCode> {

    private static final int OUT_BYTES = 1 << 16;

    @Mixin
    private final LogOptions log = new LogOptions();

    @Option(names = {"-D", "--data"}, paramLabel = "DIR",
            description = "Recover into this directory, which must be empty or not there.")
    private @Nullable Path data;

    @Option(names = {"-X", "--waldir"}, paramLabel = "DIR",
            description = "With --data: keep its log there, on a disk of its own: an absolute path, empty or not there"
                    + " yet. pg_wal becomes a symbolic link to it.")
    private @Nullable Path walDirectory;

    @Mixin
    private final TargetOptions target = new TargetOptions();

    @Option(names = "--messages", description = "Write committed messages to standard output, one a line, in commit"
            + " order; nothing else is done.")
    private boolean isMessages;

    @Option(names = "--prefix", paramLabel = "PREFIX", defaultValue = "",
            description = "With --messages: only this prefix, and those that begin with it and a dot.")
    private String prefix = "";

    @Option(names = "--start", paramLabel = "LSN", defaultValue = "",
            description = "With --messages: begin at the first record from here on. Default: the oldest segment."
                    + " Of transactions that began earlier only the rest is seen.")
    private String start = "";

    @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
    private boolean isDryRun;

    @Option(names = "--action", paramLabel = "ACTION", defaultValue = "promote",
            description = "What becomes of DIR at the target: promote (a cluster on a timeline of its own, which can"
                    + " be opened), shutdown (durable, still in recovery), pause (left as it is). Default: promote.")
    private DirectoryRecovery.Action action = DirectoryRecovery.Action.PROMOTE;

    @Option(names = "--continue",
            description = "Do not restore a backup: recover what is in DIR, a recovery that was shut down, paused or"
                    + " interrupted, or a cluster that crashed.")
    private boolean isContinued;

    @Option(names = "--json", description = "Print JSON: an object a message, or one object for all.")
    private boolean isJson;

    /// The command.
    public static void main(String[] args) {
        Program.main(new Walreplay(), args);
    }

    @Override
    public ExitCode call() throws IOException {
        RecoveryTarget to = target.target();
        Disk disk = new LinuxDisk();
        World world = new SystemWorld();
        try (ScratchDirectory scratch = ScratchDirectory.create()) {
            if (isMessages) {
                return messages(disk, world, scratch.path(), to);
            }
            if (isDryRun) {
                return new DryRun(RecoverySource.open(disk, world, log.repository(), scratch.path()), world)
                        .run(to, log.choice(), isJson, System.out);
            }
            return recover(disk, world, scratch.path(), to);
        }
    }

    private ExitCode recover(Disk disk, World world, Path scratch, RecoveryTarget to) throws IOException {
        if (data == null) {
            throw new ExitCodeException(ExitCode.USAGE, "nothing to do"
                    + "\nHINT: Give --data DIR to recover into, or --dry-run, or --messages.");
        }
        if (isContinued && walDirectory != null) {
            throw new ExitCodeException(ExitCode.USAGE, "--waldir does not go with --continue"
                    + "\nHINT: The directory has its log already.");
        }
        Path directory = data.toAbsolutePath().normalize();
        RecoverySource source = RecoverySource.open(disk, world, log.repository(), scratch);
        DirectoryRecovery recovery = new DirectoryRecovery(source, world, System.err);
        Instant stateTime = isContinued ? null : recovery.restore(directory, walDirectory, to, log.choice());
        return recovery.recover(directory, to, log.choice(), action, stateTime, isJson, System.out);
    }

    private ExitCode messages(Disk disk, World world, Path scratch, RecoveryTarget to) throws IOException {
        if (data != null || walDirectory != null || isDryRun) {
            throw new ExitCodeException(ExitCode.USAGE, "--messages goes with none of --data, --waldir and --dry-run"
                    + "\nHINT: It writes to standard output alone.");
        }
        try (ReplayLog opened = log.open(disk, world, scratch)) {
            PrintStream out = new PrintStream(
                    new BufferedOutputStream(System.out, OUT_BYTES), false, StandardCharsets.UTF_8);
            return new MessageReplay(disk, world, scratch).run(opened, LogOptions.startOf(opened, start), to,
                    new MessagePrinter(out, isJson, prefix), System.err);
        }
    }
}
