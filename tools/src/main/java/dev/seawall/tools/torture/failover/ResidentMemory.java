package dev.seawall.tools.torture.failover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a process occupies of the machine's memory.
final class ResidentMemory {

    private static final String FIELD = "VmRSS:";
    private static final int KIBIBYTE = 1024;

    private ResidentMemory() {}

    static long of(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith(FIELD)) {
                return Long.parseLong(line.substring(FIELD.length()).strip().split(" ")[0]) * KIBIBYTE;
            }
        }
        throw new IOException("process " + pid + " has no " + FIELD);
    }
}
