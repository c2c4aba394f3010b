/// Base backups by the replication protocol: `BASE_BACKUP`, as pg_basebackup says it.
///
/// Reading order: [dev.seawall.walwriter.basebackup.BaseBackupCommands], the command;
/// [dev.seawall.walwriter.basebackup.BaseBackupOptions], what can be asked for, of which
/// `BaseBackupParser` reads the text; [dev.seawall.walwriter.basebackup.BaseBackups], who packs the files
/// and hands them to a client; `CopyOut`, that client by the protocol, no faster than `Pace` allows;
/// `StalledClients`, who takes nothing is cut off.
///
/// Invariant: whatever ends a backup, client, cancel or error, lets go of engines' files and the log that
/// it held.
///
/// Must not know: which files there are, archives' and manifests' formats.
@NullMarked
package dev.seawall.walwriter.basebackup;

import org.jspecify.annotations.NullMarked;
