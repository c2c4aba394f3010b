package dev.seawall.archiver.backup;

import dev.seawall.archiver.repository.Repository;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// The base backups in a repository: `backups/LABEL/backup_manifest` and `backups/LABEL/files/...`.
public final class BackupCatalog {

    static final String ROOT = "backups/";

    private static final int MANIFEST_BYTES_MAX = 1 << 30;

    private final Repository repository;

    public BackupCatalog(Repository repository) {
        this.repository = repository;
    }

    /// All backups that have a manifest, the one that reaches furthest first.
    ///
    /// @throws dev.seawall.wal.WalCorruptException if a manifest is damaged
    public List<BackupManifest> complete() throws IOException {
        List<BackupManifest> backups = new ArrayList<>();
        for (String label : labels()) {
            find(label).ifPresent(backups::add);
        }
        backups.sort(Comparator.comparing(BackupManifest::stopLsn).thenComparing(BackupManifest::stopTime).reversed());
        return backups;
    }

    /// Labels of what has no manifest: backups under way, and those that died in the middle.
    public List<String> incomplete() throws IOException {
        List<String> labels = new ArrayList<>();
        for (String label : labels()) {
            if (!repository.holds(manifestKey(label))) {
                labels.add(label);
            }
        }
        return labels;
    }

    /// Labels of all that is there, complete or not.
    public SortedSet<String> labels() throws IOException {
        SortedSet<String> labels = new TreeSet<>();
        for (String key : repository.list(ROOT)) {
            String rest = key.substring(ROOT.length());
            if (rest.contains("/")) {
                labels.add(rest.substring(0, rest.indexOf('/')));
            }
        }
        return labels;
    }

    /// A backup by its label; empty if it has no manifest.
    public Optional<BackupManifest> find(String label) throws IOException {
        BackupManifest.requireLabel(label);
        String key = manifestKey(label);
        try (InputStream stored = repository.get(key)) {
            return Optional.of(ManifestText.parse(stored.readNBytes(MANIFEST_BYTES_MAX), key));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /// Removes a backup, its manifest first: what is left if this dies is no backup.
    public void remove(String label) throws IOException {
        BackupManifest.requireLabel(label);
        repository.delete(manifestKey(label));
        for (String key : repository.list(BackupManifest.prefixOf(label))) {
            repository.delete(key);
        }
    }

    static String manifestKey(String label) {
        return BackupManifest.prefixOf(label) + BackupManifest.NAME;
    }
}
