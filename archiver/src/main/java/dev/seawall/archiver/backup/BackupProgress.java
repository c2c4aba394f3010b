package dev.seawall.archiver.backup;

/// Is told how far a backup, its verification or a restore has come.
@FunctionalInterface
public interface BackupProgress {

    /// For whom it is all the same.
    BackupProgress NONE = (_, _, _) -> { };

    /// A file is done.
    ///
    /// @param path  the file
    /// @param files files done
    /// @param bytes plain bytes done
    void done(String path, long files, long bytes);
}
