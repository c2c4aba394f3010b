package dev.seawall.archiver.repository;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/// Where segments, history files and backups are kept: a directory now, object stores later.
///
/// Keys are relative paths of plain characters, `wal/00000002.history`. Nothing is ever replaced.
/// No rename and no link: stores that have neither must be able to implement it. `toString` says
/// where it is.
public interface Repository extends AutoCloseable {

    /// What a put did. Whichever it is, what stands under the key is durable.
    enum Put {
        /// The key was free; the content is under it now.
        CREATED,
        /// The key has this very content already: an earlier try of the same.
        IDENTICAL,
        /// The key has other content, which was left alone.
        CONFLICT
    }

    /// Content on its way in: invisible until committed. One thread.
    interface Upload extends AutoCloseable {

        /// Where to write the content. Need not be closed.
        OutputStream content();

        /// Claims the key for what was written. Nothing may be written afterwards.
        Put commit() throws IOException;

        /// Gives up what was not committed, leaving no trace of it.
        @Override
        void close() throws IOException;
    }

    /// Whose repository it is; asked of the store each time, so that a store which went away or was
    /// swapped since is noticed.
    RepositoryIdentity identity() throws IOException;

    /// Begins to put content under a key that must be free.
    Upload put(String key) throws IOException;

    /// Puts small content under a key that must be free.
    default Put putIfAbsent(String key, byte[] content) throws IOException {
        try (Upload upload = put(key)) {
            upload.content().write(content);
            return upload.commit();
        }
    }

    /// Whether something is under the key; if so it is durable.
    boolean holds(String key) throws IOException;

    /// Opens what is stored.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is certainly nothing under the key; any
    ///         other exception means that it is not known
    InputStream get(String key) throws IOException;

    /// All keys that begin with the prefix, sorted. Empty only if there certainly are none.
    List<String> list(String prefix) throws IOException;

    /// Removes a key; no error if it is not there.
    void delete(String key) throws IOException;

    @Override
    void close() throws IOException;
}
