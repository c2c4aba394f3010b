package dev.seawall.walwriter.basebackup;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.cluster.Checkpointing.FileCopy;
import dev.seawall.walwriter.cluster.OnlineBackup;
import java.io.IOException;
import java.io.OutputStream;

/// Packs base backups: which files belong to one, and in what form.
///
/// Declared here, implemented where archives are known. Thread-safe.
@FunctionalInterface
public interface BaseBackups {

    /// Hands a backup to a client, from its first file to its manifest.
    ///
    /// @param backup begun; [Client#end] ends it
    /// @param files  its data files
    /// @throws IOException also if the client is gone
    void send(BaseBackupOptions options, OnlineBackup backup, FileCopy files, Client client) throws IOException;

    /// Whoever receives it. Calls throw when the client is gone or the command was cancelled.
    interface Client {

        /// Said once, before anything else.
        ///
        /// @param bytes that the archive will have before compression, about; 0 if nobody asked
        void begin(long bytes) throws IOException;

        /// Begins an archive; closing the stream ends it.
        ///
        /// @param name `base.tar`, with the compression's suffix
        OutputStream archive(String name) throws IOException;

        /// How far the archive is, in bytes before compression.
        void archived(long bytes) throws IOException;

        /// All data files are copied: ends the backup, and waits for the archive if that was asked for.
        ///
        /// @return the log up to here belongs to the copy
        Lsn end() throws IOException;

        /// Begins the manifest, which comes last; closing the stream ends it.
        OutputStream manifest() throws IOException;
    }
}
