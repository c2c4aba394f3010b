package dev.seawall.tools.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A process that cannot be mistaken for another: its number, and when it began.
///
/// @param startTicks since the machine's start, as field 22 of `/proc/PID/stat` has it
public record ProcessId(long pid, long startTicks) {

    /// Field 22, counted behind the command's name, which is the second and may hold anything.
    private static final int START_BEHIND_NAME = 19;

    public static ProcessId own() {
        long pid = ProcessHandle.current().pid();
        return find(pid).orElseThrow(() -> new IllegalStateException("/proc does not show process " + pid));
    }

    /// The process that has this number now.
    static Optional<ProcessId> find(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            // A zombie is over; only its parent still has to take note.
            return fields[0].equals("Z") ? Optional.empty()
                    : Optional.of(new ProcessId(pid, Long.parseLong(fields[START_BEHIND_NAME])));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// Whether it still runs.
    public boolean isAlive() {
        return find(pid).equals(Optional.of(this));
    }

    @Override
    public String toString() {
        return Long.toString(pid);
    }
}
