package dev.seawall.tools.waldump;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Files, only to be read, and by the JDK's own means: to bind the C library's calls as Seawall's disk does takes
/// a fifth of a second, longer than most runs of this command.
final class PlainFiles {

    private PlainFiles() {}

    /// An open file.
    record OpenFile(FileChannel channel) implements AutoCloseable {

        /// Reads until the buffer is full or the file ends.
        int read(ByteBuffer into, long offset) throws IOException {
            int done = 0;
            while (into.hasRemaining()) {
                int read = channel.read(into, offset + done);
                if (read < 0) {
                    break;
                }
                done += read;
            }
            return done;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /// @throws java.nio.file.NoSuchFileException if there is none
    static OpenFile open(Path path) throws IOException {
        return new OpenFile(FileChannel.open(path, StandardOpenOption.READ));
    }

    static boolean exists(Path path) {
        return Files.exists(path);
    }

    /// Plain names of a directory's entries, sorted.
    static List<String> list(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                names.add(entry.getFileName().toString());
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(names);
        return names;
    }

    /// The system's words for what it refused.
    static String reason(IOException e) {
        return switch (e) {
            case java.nio.file.NoSuchFileException _ -> "No such file or directory";
            case java.nio.file.NotDirectoryException _ -> "Not a directory";
            case java.nio.file.AccessDeniedException _ -> "Permission denied";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
