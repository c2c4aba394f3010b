package dev.seawall.archiver.backup;

import java.time.Instant;
import java.util.regex.Pattern;

/// One file of a base backup.
///
/// @param path     relative to the cluster's directory: `base/5/16384`
/// @param size     of its plain content
/// @param modified when it was copied
/// @param sha256   of its plain content, in lower-case hexadecimal digits
public record BackupFile(String path, long size, Instant modified, String sha256) {

    /// The cluster's configuration; in a backup if the cluster has one.
    public static final String SETTINGS = "seawall.conf";

    /// What a copy's configuration ends with.
    public static final String ARCHIVING_OFF =
            "\n# A restored copy does not archive: switch it on when the copy is meant to take the original's place.\n"
                    + "archive_mode = off\n";

    /// Without it a directory is no cluster: written last, both ways.
    public static final String CONTROL = "global/pg_control";

    private static final Pattern PATH = Pattern.compile(
            "(?!\\.{1,2}(?:/|$))[!#-.0-\\[\\]-~]+(?:/(?!\\.{1,2}(?:/|$))[!#-.0-\\[\\]-~]+)*");
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    public BackupFile {
        if (!isPath(path) || size < 0 || !SHA_256.matcher(sha256).matches()) {
            throw new IllegalArgumentException("not a file of a backup: \"" + path + "\" of " + size + " bytes");
        }
    }

    /// Whether a backup can hold a file of this path: relative, plain, never leaving its directory.
    public static boolean isPath(String path) {
        return PATH.matcher(path).matches();
    }
}
