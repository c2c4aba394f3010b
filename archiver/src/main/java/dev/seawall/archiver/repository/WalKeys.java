package dev.seawall.archiver.repository;

import dev.seawall.wal.SegmentName;
import dev.seawall.wal.TimelineHistory;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where files of `pg_wal` stand in a repository.
///
/// ```
/// wal/00000002.history                                          history files, as they are
/// wal/00000001/00000000/000000010000000000000001.zst            segments: timeline, 4 GiB of log
/// wal/00000001/00000000/000000010000000000000003.partial.zst    the end of a timeline left
/// wal/00000001/00000000/000000010000000000000001.00000028.backup
/// ```
/// What is not compressed has its seal beside it, as `NAME.sha256`.
public final class WalKeys {

    static final String ROOT = "wal/";

    private static final Pattern NAME = Pattern.compile(
            "[0-9A-F]{8}\\.history|[0-9A-F]{24}(\\.partial|\\.[0-9A-F]{8}\\.backup)?");

    private WalKeys() {}

    /// Whether a file of `pg_wal` with this name can be stored at all.
    public static boolean isStorable(String name) {
        return NAME.matcher(name).matches() && !name.startsWith("00000000");
    }

    /// Whether it has a segment's content: compressed, and with a long page header in front.
    public static boolean isSegmentLike(String name) {
        return SegmentName.isSegmentName(name) || name.endsWith(".partial");
    }

    static List<Codec.Format> formatsOf(String name) {
        return isSegmentLike(name) ? List.of(Codec.Format.values()) : List.of(Codec.Format.NONE);
    }

    static String key(String name, Codec.Format format) {
        if (!isStorable(name)) {
            throw new IllegalArgumentException("files named \"" + name + "\" are not stored");
        }
        return TimelineHistory.isHistoryName(name)
                ? ROOT + name
                : timelinePrefix(name) + name.substring(8, 16) + "/" + name + format.suffix();
    }

    /// What the keys of all files of the same timeline begin with.
    static String timelinePrefix(String name) {
        return ROOT + name.substring(0, 8) + "/";
    }

    /// The plain name of the file under a key; empty for a seal or anything strange.
    static Optional<String> nameOf(String key) {
        String file = key.substring(key.lastIndexOf('/') + 1);
        String suffix = Codec.Format.ofKey(key).suffix();
        String name = file.substring(0, file.length() - suffix.length());
        return isStorable(name) && formatsOf(name).contains(Codec.Format.ofKey(key))
                ? Optional.of(name) : Optional.empty();
    }
}
