/// The `archiver` command: a repository from the shell, and PostgreSQL's archive_command and
/// restore_command.
///
/// Reading order: [dev.seawall.tools.archiver.Archiver], its main; `RepositoryOptions`, which
/// repository; `InitCommand`, a new one; `PushCommand`, archive_command; `GetCommand`,
/// restore_command; `ClusterIdentity`, whose files they handle; `ReceiveCommand`, a server's log from afar;
/// `CompressionOptions`, how files are stored; `InfoCommand`, `ListCommand` and
/// `VerifyCommand`, what is there and whether it is whole; `TimelineContent`, which segments of a
/// timeline. The daemon, `run`, is in `dev.seawall.tools.daemon`.
///
/// Invariant: `get` exits with 1 only if a file is proven absent, whatever else happens; `push`
/// stays below 126.
///
/// Must not know: how files are stored.
@NullMarked
package dev.seawall.tools.archiver;

import org.jspecify.annotations.NullMarked;
