package dev.seawall.tools.archiver;

import dev.seawall.archiver.backup.BackupCatalog;
import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.archiver.repository.RepositoryIdentity;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.Json;
import dev.seawall.tools.Quantity;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `archiver info`: whose repository it is, which log it has, and from which backups.
@Command(name = "info", mixinStandardHelpOptions = true,
        description = "Tells whose repository it is, which segments it has of each timeline, where there are holes, "
                + "and which base backups there are. Reads names and manifests only; see verify.")
final class InfoCommand implements Callable<ExitCode> {

    @Mixin
    private final RepositoryOptions options = new RepositoryOptions();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean isJson;

    @Override
    public ExitCode call() throws Exception {
        try (DirectoryRepository repository = options.open()) {
            RepositoryIdentity identity = repository.identity();
            List<TimelineContent> timelines = TimelineContent.of(new WalArchive(repository));
            BackupCatalog catalog = new BackupCatalog(repository);
            List<BackupManifest> backups = catalog.complete();
            if (isJson) {
                System.out.println(Json.of(fields(identity, timelines, backups, catalog.incomplete())));
            } else {
                print(repository, identity, timelines, backups, catalog.incomplete());
            }
        }
        return ExitCode.DONE;
    }

    private static Map<String, Object> fields(RepositoryIdentity identity, List<TimelineContent> timelines,
            List<BackupManifest> backups, List<String> incomplete) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("system_identifier", Long.toUnsignedString(identity.systemId()));
        fields.put("segment_bytes", identity.segmentBytes());
        fields.put("timelines", timelines.stream().map(t -> t.fields(identity.layout())).toList());
        fields.put("backups", backups.stream().map(BackupManifest::label).toList());
        fields.put("unfinished_backups", incomplete);
        return fields;
    }

    private static void print(DirectoryRepository repository, RepositoryIdentity identity,
            List<TimelineContent> timelines, List<BackupManifest> backups, List<String> incomplete) throws IOException {
        line("Repository", repository);
        line("System identifier", Long.toUnsignedString(identity.systemId()));
        line("Segments", "of " + Quantity.bytes(identity.segmentBytes()));
        for (TimelineContent timeline : timelines) {
            line("Timeline " + timeline.timeline(), timeline.segments() + " segments, "
                    + timeline.firstName(identity.layout()) + " to " + timeline.lastName(identity.layout())
                    + ", ends at " + timeline.end(identity.layout()));
            if (!timeline.holes().isEmpty()) {
                line("  holes", timeline.holes().size() + ", the first is " + timeline.holes().getFirst());
            }
            if (timeline.isMissingHistory()) {
                line("  history", "missing");
            }
        }
        line("Base backups", backups.isEmpty() ? "none" : backups.size());
        for (BackupManifest backup : backups) {
            System.out.println("  " + backup.describe() + ", " + Quantity.bytes(backup.bytes()));
        }
        for (String label : incomplete) {
            System.out.println("  " + label + ": not finished, cannot be restored");
        }
    }

    private static void line(String what, Object value) {
        System.out.printf("%-20s %s%n", what + ":", value);
    }
}
