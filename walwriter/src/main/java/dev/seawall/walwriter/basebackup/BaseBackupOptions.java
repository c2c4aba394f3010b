package dev.seawall.walwriter.basebackup;

/// What a `BASE_BACKUP` asks for.
///
/// @param label        a person's words
/// @param isProgress   whether its size is to be told, and how far it is
/// @param isFast       whether the checkpoint at its beginning is not spread over time
/// @param isWithLog    whether all log that it needs is in it
/// @param isWaiting    whether it ends when that log is archived
/// @param maxRate      in kilobytes a second; 0: as fast as it goes
/// @param manifest     whether it has one, and how that writes names
/// @param checksum     of each file, in the manifest
/// @param compression  of the archive
public record BaseBackupOptions(
        String label, boolean isProgress, boolean isFast, boolean isWithLog, boolean isWaiting, int maxRate,
        Manifest manifest, Checksum checksum, Compression compression) {

    /// Whether there is a manifest.
    public enum Manifest {
        NO, YES,
        /// With every name in hexadecimal digits, as those that are no UTF-8.
        FORCE_ENCODE
    }

    /// Algorithms by the names that manifests have for them.
    public enum Checksum { NONE, CRC32C, SHA224, SHA256, SHA384, SHA512 }

    /// How the server compresses.
    ///
    /// @param level [#DEFAULT_LEVEL]: the algorithm's own
    public record Compression(Algorithm algorithm, int level) {

        public static final int DEFAULT_LEVEL = Integer.MIN_VALUE;

        public static final Compression NONE = new Compression(Algorithm.NONE, DEFAULT_LEVEL);

        /// What there is, with the levels it has and the suffix that its files get.
        public enum Algorithm {
            NONE("", 0, 0), GZIP(".gz", 1, 9), LZ4(".lz4", 1, 12), ZSTD(".zst", 1, 22);

            private final String suffix;
            private final int leastLevel;
            private final int mostLevel;

            Algorithm(String suffix, int leastLevel, int mostLevel) {
                this.suffix = suffix;
                this.leastLevel = leastLevel;
                this.mostLevel = mostLevel;
            }

            public String suffix() {
                return suffix;
            }

            int leastLevel() {
                return leastLevel;
            }

            int mostLevel() {
                return mostLevel;
            }
        }
    }
}
