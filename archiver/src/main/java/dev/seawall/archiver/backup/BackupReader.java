package dev.seawall.archiver.backup;

import dev.seawall.archiver.repository.Decompression;
import dev.seawall.archiver.repository.Repository;
import dev.seawall.archiver.repository.Sha256;
import dev.seawall.wal.WalCorruptException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;

/// Reads a backup's files out of the repository, each checked against the manifest.
public final class BackupReader {

    private static final int BUFFER_BYTES = 128 << 10;

    private final Repository repository;
    private final BackupManifest manifest;

    public BackupReader(Repository repository, BackupManifest manifest) {
        this.repository = repository;
        this.manifest = manifest;
    }

    /// Copies a file's plain content out.
    ///
    /// @throws WalCorruptException if it is missing, or not what the manifest says; what was copied is
    ///         worth nothing then
    public void copy(BackupFile file, OutputStream into) throws IOException {
        String key = manifest.key(file);
        Sha256 sha256 = new Sha256();
        long length = 0;
        try (InputStream plain = Decompression.of(key, manifest.format(), repository.get(key))) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = plain.read(buffer); n >= 0; n = plain.read(buffer)) {
                length += n;
                if (length > file.size()) {
                    throw damaged("file is longer than the " + file.size() + " bytes that the manifest says", key);
                }
                sha256.update(buffer, n);
                into.write(buffer, 0, n);
            }
        } catch (NoSuchFileException e) {
            throw damaged("file of the backup is missing", key);
        }
        if (length != file.size()) {
            throw damaged("file has " + length + " bytes, not the " + file.size() + " that the manifest says", key);
        }
        String found = sha256.finish();
        if (!found.equals(file.sha256())) {
            throw damaged("file has SHA-256 " + found + ", not the " + file.sha256() + " that the manifest says", key);
        }
    }

    private static WalCorruptException damaged(String problem, String key) {
        return WalCorruptException.inFile(problem, key, "Use another base backup; archiver list shows them.");
    }
}
