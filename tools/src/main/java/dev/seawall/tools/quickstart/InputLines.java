package dev.seawall.tools.quickstart;

import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The lines that are committed: a file's, byte for byte, without their line ends.
///
/// Without a file it is `tzdata.zi`, which ships with Seawall: the time zone database of the IANA
/// (every rule by which the world's clocks were ever set), version 2025b, 4,641 lines, in the
/// public domain; taken from Debian's package tzdata, where it is /usr/share/zoneinfo/tzdata.zi.
/// Source: https://www.iana.org/time-zones
final class InputLines {

    static final String DEFAULT = "tzdata.zi";
    static final String DEFAULT_ORIGIN = "the IANA time zone database 2025b, public domain";

    /// Below this a first half, a second half and a crash in the middle of it mean little.
    static final int LEAST = 16;

    private final String name;
    private final List<byte[]> lines;

    private InputLines(String name, List<byte[]> lines) {
        this.name = name;
        this.lines = lines;
    }

    /// @param file null for the default
    static InputLines read(@Nullable Path file) throws IOException {
        byte[] content;
        if (file == null) {
            try (InputStream in = InputLines.class.getResourceAsStream(DEFAULT)) {
                if (in == null) {
                    throw new AssertionError("the jar lacks " + DEFAULT);
                }
                content = in.readAllBytes();
            }
        } else {
            content = Files.readAllBytes(file);
        }
        InputLines input = new InputLines(file == null ? DEFAULT : file.toString(), split(content));
        if (input.count() < LEAST) {
            throw new ExitCodeException(ExitCode.USAGE, "\"" + input.name + "\" has only " + input.count() + " lines"
                    + "\nHINT: Give a file of at least " + LEAST + " lines; each becomes a transaction.");
        }
        return input;
    }

    private static List<byte[]> split(byte[] content) {
        List<byte[]> lines = new ArrayList<>();
        int begin = 0;
        for (int at = 0; at < content.length; at++) {
            if (content[at] == '\n') {
                lines.add(Arrays.copyOfRange(content, begin, at));
                begin = at + 1;
            }
        }
        if (begin < content.length) {
            lines.add(Arrays.copyOfRange(content, begin, content.length));
        }
        return lines;
    }

    String name() {
        return name;
    }

    int count() {
        return lines.size();
    }

    /// The line of a number from 0 on.
    byte[] line(int number) {
        return lines.get(number);
    }
}
