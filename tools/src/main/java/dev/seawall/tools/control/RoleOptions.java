package dev.seawall.tools.control;

import dev.seawall.settings.ArchiveSettings;
import dev.seawall.settings.Settings;
import dev.seawall.tools.daemon.DaemonRole;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;
import picocli.CommandLine.Option;

/// Which of the daemons, and how long to wait for them.
final class RoleOptions {

    @Option(names = "--only", paramLabel = "ROLE", split = ",",
            description = "Only these: ${COMPLETION-CANDIDATES}; several are separated by commas.")
    private final Set<DaemonRole> only = new LinkedHashSet<>();

    @Option(names = {"-t", "--timeout"}, paramLabel = "SECONDS", defaultValue = "60",
            description = "How long to wait; ${DEFAULT-VALUE} if not given.")
    private int seconds;

    /// All there are, or those that were named.
    Set<DaemonRole> roles() {
        return only.isEmpty() ? EnumSet.allOf(DaemonRole.class) : EnumSet.copyOf(only);
    }

    /// Those that have something to do.
    Set<DaemonRole> rolesFor(Settings settings) {
        Set<DaemonRole> roles = roles();
        if (only.isEmpty() && !settings.get(ArchiveSettings.ARCHIVE_MODE)) {
            roles.remove(DaemonRole.ARCHIVER);
        }
        return roles;
    }

    Duration patience() {
        return Duration.ofSeconds(seconds);
    }
}
