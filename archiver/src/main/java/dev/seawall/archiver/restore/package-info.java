/// Out of the repository again: log files one by one, and base backups.
///
/// Reading order: [dev.seawall.archiver.restore.Fetch], a file of the log: found, absent or unknown;
/// `AbsenceProof`, when a missing file is no hole; [dev.seawall.archiver.restore.BackupChoice],
/// which backup leads to a target, or [dev.seawall.archiver.restore.NoBackupException];
/// [dev.seawall.archiver.restore.Restore], the backup into a directory.
///
/// Invariant: nothing unchecked is handed on, and what is not known is never called absent.
///
/// Must not know: redo, and where recovery stops.
@NullMarked
package dev.seawall.archiver.restore;

import org.jspecify.annotations.NullMarked;
