package dev.seawall.tools.walbench.scan;

import dev.seawall.tools.Directories;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.Json;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `walbench scan`: redo's reading and `waldump --stats` beside `pg_waldump --stats`.
@Command(name = "scan", mixinStandardHelpOptions = true,
        description = {
            "Measures how fast a log is read: by the redo loop, in this process and warm, and by waldump --stats from"
                + " start to end, beside pg_waldump --stats, in turns.",
            "",
            "The ratio is pg_waldump's time to the other's, of medians. Everything is read once before, so it comes"
                + " out of the page cache as far as that is large enough."},
        footer = {"", "Example:", "  cp $PGDATA/pg_wal/0000* /tmp/log && walbench scan /tmp/log"})
public final class ScanCommand implements Callable<ExitCode> {

    private static final int WARM_UP = 4;

    @Parameters(index = "0", paramLabel = "DIR",
            description = "Complete segments of one timeline: a copy of a pg_wal, PostgreSQL 15's or Seawall's.")
    private Path directory = Path.of(".");

    @Option(names = {"-r", "--rounds"}, paramLabel = "N", defaultValue = "5",
            description = "How often each reads the log; default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--bindir", paramLabel = "DIR",
            description = "Where pg_waldump is. Default: on the PATH, or where Debian puts it.")
    private @Nullable Path bindir;

    @Option(names = "--json", description = "Print one JSON object instead of the table.")
    private boolean isJson;

    private final Disk disk = new LinuxDisk();

    @Override
    public ExitCode call() throws IOException {
        ScannedLog log = ScannedLog.find(disk, directory.toAbsolutePath().normalize());
        Path scratch = Files.createTempDirectory("walbench");
        try {
            List<Contender> contenders = List.of(
                    DumpProgram.of("pg_waldump --stats", pgWaldump().toString(), log),
                    DumpProgram.of("waldump --stats", waldump(), log),
                    new RedoScan(log, scratch.resolve("held")));
            List<Standing> standings = measure(contenders);
            show(log, standings);
            return ExitCode.DONE;
        } finally {
            Directories.remove(scratch);
        }
    }

    private List<Standing> measure(List<Contender> contenders) throws IOException {
        List<Standing> standings = new ArrayList<>();
        for (Contender contender : contenders) {
            standings.add(new Standing(contender.name()));
            for (int i = 0; i < (contender instanceof RedoScan ? WARM_UP : 1); i++) {
                contender.read();
            }
        }
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < contenders.size(); i++) {
                long began = System.nanoTime();
                long records = contenders.get(i).read();
                standings.get(i).add((System.nanoTime() - began) / 1e9, records);
            }
        }
        long expected = standings.getFirst().records();
        for (int i = 1; i < standings.size(); i++) {
            if (standings.get(i).records() != expected) {
                throw new IOException(contenders.get(i).name() + " found " + standings.get(i).records()
                        + " records, " + contenders.getFirst().name() + " " + expected);
            }
        }
        return standings;
    }

    private void show(ScannedLog log, List<Standing> standings) {
        Standing reference = standings.getFirst();
        if (isJson) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("bytes", log.bytes());
            fields.put("records", reference.records());
            fields.put("processors", Runtime.getRuntime().availableProcessors());
            fields.put("readers", standings.stream().map(standing -> standing.json(reference)).toList());
            System.out.println(Json.of(fields));
            return;
        }
        System.out.println(String.format(Locale.ROOT, "%s: %,d MiB, %,d records, %d processors", log.directory(),
                log.bytes() >> 20, reference.records(), Runtime.getRuntime().availableProcessors()));
        System.out.println(Standing.HEADING);
        standings.forEach(standing -> System.out.println(standing.row(log.bytes(), reference)));
    }

    private static String waldump() {
        return Path.of(System.getProperty("seawall.home", "."), "tools", "bin", "waldump").toString();
    }

    private Path pgWaldump() throws IOException {
        List<Path> places = new ArrayList<>();
        if (bindir != null) {
            places.add(bindir);
        } else {
            for (String entry : System.getenv().getOrDefault("PATH", "").split(":")) {
                places.add(Path.of(entry));
            }
            places.add(Path.of("/usr/lib/postgresql/15/bin"));
        }
        for (Path place : places) {
            if (Files.isExecutable(place.resolve("pg_waldump"))) {
                return place.resolve("pg_waldump");
            }
        }
        throw new ExitCodeException(ExitCode.NOT_FOUND, "found no pg_waldump in " + places
                + "\nHINT: Install PostgreSQL 15's server programs, or say where they are with --bindir DIR.");
    }
}
