package dev.seawall.tools.walbench.scan;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `waldump --stats` or `pg_waldump --stats`, from its start to its end.
record DumpProgram(String name, List<String> command) implements Contender {

    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +([0-9]+) ");

    static DumpProgram of(String name, String program, ScannedLog log) {
        return new DumpProgram(name, List.of(program, "--stats", "-p", log.directory().toString(), log.first(),
                log.last()));
    }

    /// Its last record may go on behind the last segment: what it says of that is no matter.
    @Override
    public long read() throws IOException {
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher total = TOTAL.matcher(said);
        if (!total.find()) {
            throw new IOException(name + " printed no total, but\n" + said);
        }
        return Long.parseLong(total.group(1));
    }
}
