package dev.seawall.tools;

import dev.seawall.settings.Settings;
import dev.seawall.wal.disk.Disk;
import dev.seawall.walwriter.start.ClusterLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which cluster, and settings that override its seawall.conf: what every command is given
/// that has one to work on.
public final class ClusterOptions {

    @Option(names = {"-D", "--data"}, paramLabel = "DIR", defaultValue = "${env:SEAWALL_DATA_DIRECTORY}",
            description = "The cluster's directory. Without it: $SEAWALL_DATA_DIRECTORY.")
    private @Nullable Path directory;

    @Option(names = {"-c", "--set"}, paramLabel = "NAME=VALUE",
            description = "A setting for this run, over seawall.conf and the environment.")
    private final Map<String, String> overrides = new LinkedHashMap<>();

    /// Reads a line of nothing but `-D DIR` and `-c NAME=VALUE`, in the form that units and `walctl start` give
    /// them, without picocli, which takes a fifth of a daemon's start to find out what its options are.
    ///
    /// @return null for any other line, right or wrong: that is picocli's to say
    public static @Nullable ClusterOptions ofPlain(String[] line) {
        ClusterOptions options = new ClusterOptions();
        for (int i = 0; i < line.length; i += 2) {
            String value = i + 1 < line.length ? line[i + 1] : "";
            int equals = value.indexOf('=');
            if (value.isEmpty() || value.startsWith("-") || value.startsWith("@")
                    || value.indexOf('"') >= 0 || value.indexOf('$') >= 0) {
                return null;
            }
            if (line[i].equals("-D") && options.directory == null) {
                options.directory = Path.of(value);
            } else if (line[i].equals("-c") && equals > 0
                    && options.overrides.put(value.substring(0, equals), value.substring(equals + 1)) == null) {
                continue;
            } else {
                return null;
            }
        }
        return options.directory == null ? null : options;
    }

    /// The directory that was given, which may not be there yet.
    public Path directory() {
        if (directory == null) {
            throw new ExitCodeException(ExitCode.USAGE, "no cluster is named"
                    + "\nHINT: Give its directory with -D DIR, or set SEAWALL_DATA_DIRECTORY.");
        }
        return directory.toAbsolutePath().normalize();
    }

    /// The directory of a cluster that is there.
    public Path existing(Disk disk) throws IOException {
        Path cluster = directory();
        if (!disk.exists(ClusterLayout.control(cluster))) {
            throw new ExitCodeException(ExitCode.NOT_FOUND,
                    "\"" + cluster + "\" is not a cluster's directory: it has no " + ClusterLayout.GLOBAL + "/"
                            + ClusterLayout.CONTROL
                    + "\nHINT: Make one with \"walctl init -D " + cluster + "\".");
        }
        return cluster;
    }

    /// The settings that were given, by name.
    public Map<String, String> overrides() {
        return Map.copyOf(overrides);
    }

    /// The configuration as the cluster would run with it.
    public Settings settings(Disk disk) throws IOException {
        return Settings.load(disk, directory(), System.getenv(), overrides);
    }
}
