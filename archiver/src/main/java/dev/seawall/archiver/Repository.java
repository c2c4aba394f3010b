package dev.seawall.archiver;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/// Where segments, history files and backups are kept: a directory now, object stores later.
///
/// Keys are relative paths of plain characters, `wal/000000010000000000000001.zst`. Nothing is ever
/// replaced. No rename and no link: stores that have neither must be able to implement it.
public interface Repository extends AutoCloseable {

    /// What a put did.
    enum Put {
        /// The key was free; the content is durable under it.
        CREATED,
        /// The key has this very content already, durably: an earlier try of the same.
        IDENTICAL,
        /// The key has other content, which was left alone.
        CONFLICT
    }

    /// Puts a local file under a key that must be free.
    Put putIfAbsent(String key, Path content) throws IOException;

    /// Opens what is stored.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is certainly nothing under the key; any
    ///         other exception means that it is not known
    InputStream get(String key) throws IOException;

    /// All keys that begin with the prefix, sorted.
    List<String> list(String prefix) throws IOException;

    /// Removes a key; no error if it is not there.
    void delete(String key) throws IOException;

    @Override
    void close() throws IOException;
}
