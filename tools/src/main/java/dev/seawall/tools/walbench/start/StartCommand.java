package dev.seawall.tools.walbench.start;

import dev.seawall.settings.WalSettings;
import dev.seawall.tools.Cleanup;
import dev.seawall.tools.Directories;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.Json;
import dev.seawall.tools.child.BareJvm;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `walbench start`: from SIGKILL of a walwriter to the first acknowledged commit.
@Command(name = "start", mixinStandardHelpOptions = true,
        description = {
            "Measures how long nobody can commit after a crash: a walwriter is killed with so much log since the last"
                + " checkpoint and started again, until a client has the answer to a commit, in turns with the start"
                + " of a JVM that does nothing and with reading the same segments past the page cache.",
            "",
            "The log has to be read whole before a commit is acknowledged, or a damaged one would be written on. The"
                + " phases are from the daemon's own log. A first start, which may make the launcher's cache, is not"
                + " counted."},
        footer = {"", "Examples:",
            "  walbench start -d /var/lib                  1 GiB on the disk that counts",
            "  walbench start --size 4GB --message 100000   more log, of larger messages"})
public final class StartCommand implements Callable<ExitCode> {

    private static final int MESSAGE_BYTES_MAX = 1 << 26;

    @Option(names = {"-d", "--directory"}, paramLabel = "DIR",
            description = "Where to make the cluster, which is removed afterwards. Without it: $TMPDIR or /tmp.")
    private @Nullable Path parent;

    @Option(names = "--size", paramLabel = "BYTES", defaultValue = "1GB",
            description = "Log since the last checkpoint; default: ${DEFAULT-VALUE}.")
    private String size = "1GB";

    @Option(names = {"-s", "--message"}, paramLabel = "BYTES", defaultValue = "8000",
            description = "Bytes of each message that is committed; default: ${DEFAULT-VALUE}.")
    private int messageBytes;

    @Option(names = {"-r", "--rounds"}, paramLabel = "N", defaultValue = "5",
            description = "How often each is measured; default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--json", description = "Print one JSON object instead of the table.")
    private boolean isJson;

    private final Disk disk = new LinuxDisk();

    @Override
    public ExitCode call() throws IOException {
        long bytes = bytes(size);
        if (rounds < 1 || messageBytes < 1 || messageBytes > MESSAGE_BYTES_MAX) {
            throw new ExitCodeException(ExitCode.USAGE, "--rounds takes 1 or more, --message 1 to "
                    + MESSAGE_BYTES_MAX);
        }
        try (Cleanup cleanup = new Cleanup()) {
            Path home = parent == null ? Files.createTempDirectory("walbench")
                    : Files.createTempDirectory(parent, "walbench");
            cleanup.add(() -> Directories.remove(home));
            KilledWalwriter walwriter = new KilledWalwriter(disk, home, bytes);
            cleanup.add(walwriter::close);
            walwriter.start();
            walwriter.write(bytes, messageBytes);
            show(bytes, measure(walwriter));
        }
        return ExitCode.DONE;
    }

    private Standing measure(KilledWalwriter walwriter) throws IOException {
        Standing standing = new Standing();
        LogRead read = new LogRead(disk, walwriter.log());
        walwriter.killAndStart();
        for (int round = 0; round < rounds; round++) {
            standing.add(BareJvm.start(), read.run(), walwriter.killAndStart());
        }
        return standing;
    }

    private void show(long bytes, Standing standing) {
        if (isJson) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("log_bytes", bytes);
            fields.put("message_bytes", messageBytes);
            fields.put("processors", Runtime.getRuntime().availableProcessors());
            fields.putAll(standing.json());
            System.out.println(Json.of(fields));
            return;
        }
        System.out.println(String.format(Locale.ROOT, "%s of log since the last checkpoint, messages of %,d bytes, %d"
                + " processors", size, messageBytes, Runtime.getRuntime().availableProcessors()));
        System.out.print(standing.table());
    }

    private static long bytes(String text) {
        try {
            return WalSettings.MIN_WAL_SIZE.type().parse(text);
        } catch (IllegalArgumentException e) {
            throw new ExitCodeException(ExitCode.USAGE, "--size: " + e.getMessage(), e);
        }
    }
}
