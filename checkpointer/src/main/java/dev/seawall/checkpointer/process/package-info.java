/// The checkpointer as a process of its own, whose log comes from another.
///
/// Reading order: [dev.seawall.checkpointer.process.CheckpointerProcess], all of it put together, with
/// [dev.seawall.checkpointer.process.ProcessOptions]; [dev.seawall.checkpointer.process.Walwriter], how
/// the other process is reached; `WalwriterLink`, the requests' connection, and `StreamReceiver`, the
/// log's, each made anew by a `Backoff` whenever it is lost; `FollowedLog`, `base/` while it follows
/// one log; `StreamedLog`, what redo reads, and `RemoteLog`, whom the checkpointer reports to;
/// `Errands`, requests that wait for redo; `CopyRequests`, those of base backups; `ProgressReports`, what
/// the walwriter is told.
///
/// Invariant: a connection may be lost at any moment and nothing else is: only durable log is ever
/// streamed, redo keeps its place, and what was reported can be reported again.
///
/// Must not know: sockets, logins, settings.
@NullMarked
package dev.seawall.checkpointer.process;

import org.jspecify.annotations.NullMarked;
