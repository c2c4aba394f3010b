/// Where archived things are kept, and in what form.
///
/// Reading order: [dev.seawall.archiver.repository.Repository], the contract;
/// [dev.seawall.archiver.repository.RepositoryIdentity], whose it is; `RepositoryReadme`, for who
/// finds one and has no Seawall;
/// [dev.seawall.archiver.repository.DirectoryRepository], one in a directory, made of
/// `DirectoryUpload`, one put, and `RepositoryFiles`, its moves; [dev.seawall.archiver.repository.Codec],
/// how objects are compressed; [dev.seawall.archiver.repository.Seal], their checksum, made by
/// [dev.seawall.archiver.repository.Sha256]; `Packing` and
/// [dev.seawall.archiver.repository.Decompression], both on the way in and out;
/// [dev.seawall.archiver.repository.WalKeys], where files of `pg_wal` stand;
/// [dev.seawall.archiver.repository.WalArchive], those files by name;
/// [dev.seawall.archiver.repository.WrongSystemException], another cluster's;
/// [dev.seawall.archiver.repository.DiskInput] and [dev.seawall.archiver.repository.DiskOutput], a
/// disk's files as streams.
///
/// ```
/// seawall-repository             system identifier and segment size; without it nothing is believed
/// wal/TIMELINE/LOG/SEGMENT.zst   segments, sealed at their end (WalKeys, Seal)
/// wal/TIMELINE.history           history files, as they are, with a .sha256 beside them
/// backups/LABEL/...              base backups (dev.seawall.archiver.backup)
/// tmp/                           puts under way
/// ```
/// Everything can be read without Seawall: `zstd -t`, `zstd -d`, `sha256sum -c`, `cat`.
///
/// Invariant: nothing is ever replaced, and whatever a put reports as stored is durable.
///
/// Must not know: what is to be archived and when; what records mean.
@NullMarked
package dev.seawall.archiver.repository;

import org.jspecify.annotations.NullMarked;
