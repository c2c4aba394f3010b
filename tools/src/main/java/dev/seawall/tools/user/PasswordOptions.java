package dev.seawall.tools.user;

import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.walwriter.auth.scram.ScramVerifier;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a password comes from: the terminal, a file, or standard input. Never an argument: those are
/// everybody's to see.
final class PasswordOptions {

    @Option(names = "--password-file", paramLabel = "FILE",
            description = "Take the password from the first line of this file. Without it: from the terminal, or from "
                + "the first line of standard input if that is none.")
    private @Nullable Path file;

    /// Asks for it, and forgets it.
    ScramVerifier verifier(String user) throws IOException {
        String password = password(user);
        if (password.isEmpty()) {
            throw new ExitCodeException(ExitCode.USAGE, "the password is empty");
        }
        return ScramVerifier.make(password, UserFile.WORLD.secrets());
    }

    private String password(String user) throws IOException {
        if (file != null) {
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                return firstLine(lines);
            }
        }
        Console console = System.console();
        if (console != null && console.isTerminal()) {
            return typed(console, user);
        }
        return firstLine(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
    }

    private static String firstLine(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        return line == null ? "" : line;
    }

    private static String typed(Console console, String user) {
        char[] once = console.readPassword("Password of %s: ", user);
        char[] again = once == null ? null : console.readPassword("Again: ");
        if (once == null || again == null || !Arrays.equals(once, again)) {
            throw new ExitCodeException(ExitCode.USAGE, "the two are not the same; nothing was changed");
        }
        return new String(once);
    }
}
