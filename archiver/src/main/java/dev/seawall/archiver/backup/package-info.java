/// Base backups: a running cluster's data files, copied into the repository.
///
/// Reading order: [dev.seawall.archiver.backup.BaseBackup], how one is taken, in which order;
/// `BackupWriter`, the files on their way in; [dev.seawall.archiver.backup.BackupControl], the control file of a copy;
/// [dev.seawall.archiver.backup.BackupManifest] with [dev.seawall.archiver.backup.BackupFile], what
/// a backup is, and `ManifestText`, its form; [dev.seawall.archiver.backup.BackupCatalog], all that
/// there are; [dev.seawall.archiver.backup.BackupReader], the way back out;
/// [dev.seawall.archiver.backup.BackupVerification], whether one is whole;
/// [dev.seawall.archiver.backup.BackupProgress].
///
/// ```
/// backups/LABEL/files/base/5/16384.zst   every file of the cluster, compressed, one frame each
/// backups/LABEL/backup_manifest          all of them with size and SHA-256; stored last
/// ```
///
/// Invariant: what has a manifest is whole, and the log up to its stop LSN is archived.
///
/// Must not know: how a backup is chosen and restored; what is in the files.
@NullMarked
package dev.seawall.archiver.backup;

import org.jspecify.annotations.NullMarked;
