/// Base backups as they go to a client of the replication protocol: one tar archive and a manifest; and the way
/// back out.
///
/// Reading order: [dev.seawall.archiver.stream.StreamedBackups], what is sent, and in which order;
/// `ClusterFiles`, which files beside the data files belong to a copy, and the log; `ArchiveWriter`, files
/// on their way into the archive; `Compressing`, its compression; `StreamedManifest`, PostgreSQL's
/// backup_manifest, with a `FileChecksum` of each file; [dev.seawall.archiver.stream.ArchiveReader], an archive
/// that is received.
///
/// Invariant: the control file is sent after all that it speaks of; no file that belongs to the running
/// process (locks, sockets, slots, marks of what was durable) is in a copy.
///
/// Must not know: the protocol, how data files are held.
@NullMarked
package dev.seawall.archiver.stream;

import org.jspecify.annotations.NullMarked;
