package dev.seawall.archiver.repository;

import java.nio.charset.StandardCharsets;

/// A text in every repository, for whoever finds one and has no Seawall.
final class RepositoryReadme {

    static final String KEY = "README";

    private static final String TEXT = """
            This directory is the archive of a write-ahead log in PostgreSQL 15's format, kept by Seawall.
            Nothing in it is ever changed once it is there. Which cluster it belongs to: seawall-repository.

            wal/TIMELINE/LOG/SEGMENT.zst     segments of the log (or .gz, or without suffix)
            wal/TIMELINE.history             where timelines branched off, as PostgreSQL has it
            backups/LABEL/backup_manifest    a base backup: its place in the log, every file's size and SHA-256
            backups/LABEL/files/PATH.zst     its files; without a manifest it is unfinished and no backup
            tmp/                             puts under way; what is old there is of a writer that died

            Without Seawall, with zstd, gzip, coreutils and PostgreSQL 15's programs:

            Is everything intact?
                find . -name '*.zst' -exec zstd -q -t {} +
            A segment, and whether it is the one that was archived:
                zstd -d SEGMENT.zst
                tail -c 256 SEGMENT.zst | grep -aoE '[0-9a-f]{64}  .*' | sha256sum -c
            What is not compressed has its checksum beside it:
                sha256sum -c 00000002.history.sha256
            The records in it:
                pg_waldump SEGMENT
            A base backup into the current directory:
                cd backups/LABEL/files && find . -name '*.zst' | while read f; do
                    mkdir -p "$OLDPWD/$(dirname "$f")" && zstd -q -d "$f" -o "$OLDPWD/${f%.zst}"; done
            """;

    private RepositoryReadme() {}

    static byte[] toBytes() {
        return TEXT.getBytes(StandardCharsets.US_ASCII);
    }
}
