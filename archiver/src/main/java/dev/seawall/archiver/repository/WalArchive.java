package dev.seawall.archiver.repository;

import dev.seawall.archiver.repository.Repository.Put;
import dev.seawall.archiver.repository.Repository.Upload;
import dev.seawall.wal.TimelineId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// The files of `pg_wal` in a repository, by their plain names.
///
/// A name stands for one content, whatever it is compressed with: storing the same again is fine,
/// even with another codec; anything else is a conflict. Thread-safe.
public final class WalArchive {

    /// Longest history or backup file that is believed.
    private static final int TEXT_BYTES_MAX = 1 << 20;

    private final Repository repository;

    public WalArchive(Repository repository) {
        this.repository = repository;
    }

    public Repository repository() {
        return repository;
    }

    /// Opens the plain content; may be asked more than once.
    @FunctionalInterface
    public interface Source {
        InputStream open() throws IOException;
    }

    /// Stores a file under its name, durably.
    ///
    /// @throws dev.seawall.wal.WalCorruptException if what is stored under the name is damaged
    public Put put(String name, Source source, Codec codec) throws IOException {
        Codec used = WalKeys.isSegmentLike(name) ? codec : Codec.NONE;
        for (Codec.Format format : WalKeys.formatsOf(name)) {
            if (repository.holds(WalKeys.key(name, format))) {
                return compare(name, format, source);
            }
        }
        Seal seal;
        Put put;
        try (Upload upload = repository.put(WalKeys.key(name, used.format())); InputStream plain = source.open()) {
            seal = Packing.pack(name, plain, used, upload.content());
            put = upload.commit();
        }
        if (put == Put.CONFLICT) {
            return compare(name, used.format(), source);
        }
        storeSealBeside(used.format(), seal);
        // Somebody with another codec may have been as fast.
        for (Codec.Format other : WalKeys.formatsOf(name)) {
            if (other != used.format() && repository.holds(WalKeys.key(name, other))
                    && compare(name, other, source) == Put.CONFLICT) {
                return Put.CONFLICT;
            }
        }
        return put;
    }

    private Put compare(String name, Codec.Format format, Source source) throws IOException {
        Seal stored = read(name, format, OutputStream.nullOutputStream()).content();
        Seal ours;
        try (InputStream plain = source.open()) {
            ours = Packing.pack(name, plain, Codec.NONE, OutputStream.nullOutputStream());
        }
        if (!stored.equals(ours)) {
            return Put.CONFLICT;
        }
        storeSealBeside(format, ours);
        return Put.IDENTICAL;
    }

    /// After the object, so that a seal never stands alone; before success is reported, so that what
    /// is acknowledged is sealed.
    private void storeSealBeside(Codec.Format format, Seal seal) throws IOException {
        if (format == Codec.Format.NONE) {
            repository.putIfAbsent(WalKeys.key(seal.name(), format) + Seal.SUFFIX,
                    seal.line().getBytes(StandardCharsets.US_ASCII));
        }
    }

    /// Copies a file's plain content out, checked against its seal.
    ///
    /// @return whether it had one; only an uncompressed file whose put was interrupted has none
    /// @throws NoSuchFileException if there certainly is no such file
    /// @throws dev.seawall.wal.WalCorruptException if it is damaged, or stored twice with different
    ///         content; what was copied is worth nothing then
    public boolean get(String name, OutputStream into) throws IOException {
        Packing.@org.jspecify.annotations.Nullable Unpacked first = null;
        for (Codec.Format format : WalKeys.formatsOf(name)) {
            try {
                Packing.Unpacked found = read(name, format, first == null ? into : OutputStream.nullOutputStream());
                if (first == null) {
                    first = found;
                } else if (!first.content().equals(found.content())) {
                    throw Packing.damaged("two files of different content are stored under one name",
                            WalKeys.key(name, format));
                }
            } catch (NoSuchFileException e) {
                // Not in this format.
            }
        }
        if (first == null) {
            throw new NoSuchFileException(name);
        }
        return first.seal().isPresent();
    }

    private Packing.Unpacked read(String name, Codec.Format format, OutputStream into) throws IOException {
        String key = WalKeys.key(name, format);
        long bytesMost = WalKeys.isSegmentLike(name) ? repository.identity().segmentBytes() : TEXT_BYTES_MAX;
        Packing.Unpacked found;
        try (InputStream stored = repository.get(key)) {
            found = Packing.unpack(key, format, stored, into, bytesMost);
        }
        return format == Codec.Format.NONE ? sealedBeside(key, found) : found;
    }

    private Packing.Unpacked sealedBeside(String key, Packing.Unpacked found) throws IOException {
        byte[] line;
        try (InputStream stored = repository.get(key + Seal.SUFFIX)) {
            line = stored.readNBytes(Seal.TAIL_BYTES);
        } catch (NoSuchFileException e) {
            return found;
        }
        Seal seal = Seal.parseLine(line, found.content().length())
                .orElseThrow(() -> Packing.damaged("seal cannot be read", key + Seal.SUFFIX));
        Packing.requireSame(key, seal, found.content());
        return new Packing.Unpacked(found.content(), Optional.of(seal));
    }

    /// Whether a file of this name is stored, durably; its content is not looked at.
    public boolean holds(String name) throws IOException {
        for (Codec.Format format : WalKeys.formatsOf(name)) {
            if (repository.holds(WalKeys.key(name, format))) {
                return true;
            }
        }
        return false;
    }

    /// Names of all stored files of a timeline, its history file not among them.
    public SortedSet<String> namesOf(TimelineId timeline) throws IOException {
        return names(WalKeys.ROOT + timeline.toHex() + "/");
    }

    /// Names of all stored files.
    public SortedSet<String> names() throws IOException {
        return names(WalKeys.ROOT);
    }

    private SortedSet<String> names(String prefix) throws IOException {
        SortedSet<String> names = new TreeSet<>();
        for (String key : repository.list(prefix)) {
            WalKeys.nameOf(key).ifPresent(names::add);
        }
        return names;
    }
}
