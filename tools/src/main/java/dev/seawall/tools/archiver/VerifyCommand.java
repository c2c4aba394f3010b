package dev.seawall.tools.archiver;

import dev.seawall.archiver.backup.BackupCatalog;
import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.archiver.backup.BackupProgress;
import dev.seawall.archiver.backup.BackupVerification;
import dev.seawall.archiver.repository.DirectoryRepository;
import dev.seawall.archiver.repository.WalArchive;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.tools.Json;
import dev.seawall.tools.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `archiver verify`: whether everything stored is whole.
@Command(name = "verify", mixinStandardHelpOptions = true,
        description = "Reads every stored file, compares it with its checksum, and looks for holes. "
                + "Exits with 3 if anything is wrong, each of it told on a line.")
final class VerifyCommand implements Callable<ExitCode> {

    @Mixin
    private final RepositoryOptions options = new RepositoryOptions();

    @Option(names = "--backup", paramLabel = "LABEL",
            description = "Only this base backup and the log that it needs.")
    private @Nullable String label;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean isJson;

    private final List<String> problems = new ArrayList<>();
    private long files;

    @Override
    public ExitCode call() throws Exception {
        try (DirectoryRepository repository = options.open()) {
            WalArchive archive = new WalArchive(repository);
            BackupCatalog catalog = new BackupCatalog(repository);
            if (label == null) {
                verifyLog(archive);
            }
            for (BackupManifest backup : backups(catalog)) {
                files += backup.files().size();
                problems.addAll(new BackupVerification(archive).problemsOf(backup, BackupProgress.NONE));
            }
        }
        report();
        return problems.isEmpty() ? ExitCode.DONE : ExitCode.CORRUPT;
    }

    private List<BackupManifest> backups(BackupCatalog catalog) throws IOException {
        List<BackupManifest> backups = new ArrayList<>();
        for (String one : label == null ? catalog.labels() : List.of(label)) {
            try {
                catalog.find(one).ifPresent(backups::add);
            } catch (IOException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        if (label != null && backups.isEmpty() && problems.isEmpty()) {
            throw new ExitCodeException(ExitCode.NOT_FOUND, "there is no finished base backup " + label
                    + "\nHINT: \"archiver info\" lists them.");
        }
        return backups;
    }

    private void verifyLog(WalArchive archive) throws IOException {
        SortedSet<String> names = archive.names();
        try (Progress progress = new Progress(System.err, "verifying", names.size())) {
            for (String name : names) {
                try {
                    if (!archive.get(name, OutputStream.nullOutputStream())) {
                        problems.add("file has no checksum beside it, its put was interrupted: " + name);
                    }
                } catch (IOException e) {
                    problems.add(String.valueOf(e.getMessage()));
                }
                progress.at(++files);
            }
        }
        for (TimelineContent timeline : TimelineContent.of(archive)) {
            timeline.holes().forEach(name -> problems.add("hole in the archive: " + name + " is missing"));
            if (timeline.isMissingHistory()) {
                problems.add("history file of timeline " + timeline.timeline() + " is missing");
            }
        }
    }

    private void report() {
        if (isJson) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("files", files);
            fields.put("problems", problems);
            System.out.println(Json.of(fields));
            return;
        }
        problems.forEach(System.out::println);
        System.out.println(files + " files verified, " + problems.size() + " problems");
    }
}
