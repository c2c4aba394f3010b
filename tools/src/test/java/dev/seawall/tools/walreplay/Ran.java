package dev.seawall.tools.walreplay;

import dev.seawall.tools.Program;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What walreplay said when it was run in this JVM.
record Ran(int exitCode, String out, String err) {

    static Ran walreplay(Object... arguments) {
        PrintStream oldOut = System.out;
        PrintStream oldErr = System.err;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] line = new String[arguments.length];
        for (int i = 0; i < line.length; i++) {
            line[i] = arguments[i].toString();
        }
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            int code = Program.run(new Walreplay(), line);
            System.out.flush();
            return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(oldOut);
            System.setErr(oldErr);
        }
    }

    List<String> lines() {
        return out.lines().toList();
    }

    /// The contents of messages printed as text.
    List<String> contents() {
        return lines().stream().map(line -> line.substring(line.indexOf(": ") + 2)).toList();
    }
}
