package dev.seawall.tools.torture.failover;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A command that is run to its end.
record ShellCommand(List<String> words) {

    /// @return what it wrote
    /// @throws IllegalStateException if its exit code is not 0
    String orFail() throws IOException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            int code = process.waitFor();
            if (code != 0) {
                throw new IllegalStateException("exit code " + code + " of " + String.join(" ", words) + "\n" + said);
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new IOException("interrupted while waiting for " + words, e);
        }
    }
}
