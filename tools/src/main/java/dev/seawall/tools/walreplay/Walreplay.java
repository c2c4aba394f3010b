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
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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

    @Mixin
    private final LogOptions log = new LogOptions();

    @Option(names = {"-D", "--data"}, paramLabel = "DIR",
            description = "Recover into this directory, which must be empty or not there.")
    private @Nullable Path data;

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
        }
        throw new ExitCodeException(ExitCode.USAGE, "nothing to do"
                + "\nHINT: Give --data DIR to recover into, or --dry-run, or --messages.");
    }

    private ExitCode messages(Disk disk, World world, Path scratch, RecoveryTarget to) throws IOException {
        if (data != null || isDryRun) {
            throw new ExitCodeException(ExitCode.USAGE, "--messages goes with neither --data nor --dry-run");
        }
        try (ReplayLog opened = log.open(disk, world, scratch)) {
            PrintStream out = new PrintStream(
                    new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16),
                    false, StandardCharsets.UTF_8);
            return new MessageReplay(disk, world, scratch).run(opened, LogOptions.startOf(opened, start), to,
                    new MessagePrinter(out, isJson, prefix), System.err);
        }
    }
}
