package dev.seawall.tools.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The commands to try next, on what the quickstart made: each can be copied as it stands.
final class NextSteps {

    private final Story story;
    private final Places places;

    NextSteps(Story story, Places places) {
        this.story = story;
        this.places = places;
    }

    void tell() throws IOException {
        String cluster = Places.shown(places.cluster());
        List<String[]> steps = List.of(
                step("what the cluster is", "walctl status -D " + cluster),
                step("the log, record by record; pg_waldump 15 reads it, too", "waldump " + segment()),
                step("what was committed, out of the archive",
                        "walreplay -r " + Places.shown(places.repository()) + " --messages"),
                step("base backups to restore from", "walctl backups -D " + cluster),
                step("more kills, as many as you like", "walctl torture --kills 100"),
                step("how fast it is here", "walbench"));
        story.line("");
        story.line("Try next:");
        for (String[] step : steps) {
            story.line("  # " + step[0]);
            story.line("  " + step[1]);
        }
    }

    private static String[] step(String what, String command) {
        Path bin = Path.of(System.getProperty("seawall.home", "")).toAbsolutePath().resolve("tools/bin");
        return new String[] {what, Places.shown(bin) + "/" + command};
    }

    /// The first segment of the copy: recycled ones have later names, so this one is real log.
    private String segment() throws IOException {
        try (Stream<Path> files = Files.list(places.copy().resolve("pg_wal"))) {
            return files.filter(file -> file.getFileName().toString().matches("[0-9A-F]{24}")).sorted()
                    .map(Places::shown).findFirst().orElseThrow();
        }
    }
}
