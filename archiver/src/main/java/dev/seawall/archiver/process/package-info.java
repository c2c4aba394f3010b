/// The archiver as a process of its own, put together: it reads `pg_wal` itself and is a client of the
/// walwriter for the rest.
///
/// Reading order: [dev.seawall.archiver.process.ArchiverOptions]; [dev.seawall.archiver.process.ArchiverProcess],
/// all of it; `WalwriterLink`, the connection, kept up for ever; `LinkedLog`, what is asked by it;
/// `ActivityReport`, what is told.
///
/// Invariant: what is ready is archived whether a walwriter runs or not, and nobody waits for the archiver.
///
/// Must not know: signals, service managers, how settings are read.
@NullMarked
package dev.seawall.archiver.process;

import org.jspecify.annotations.NullMarked;
