/// Seawall in one JVM: all roles, put together from the same classes that the daemons run.
///
/// Reading order: [dev.seawall.embedded.Seawall], a cluster open for use;
/// [dev.seawall.embedded.SeawallOptions] and [dev.seawall.embedded.ArchiveOptions], what
/// `seawall.conf` says of it; `RedoPace`, redo beside commits; `LocalCheckpointing`, its
/// checkpointer as a server asks it; [dev.seawall.embedded.SeawallStatus], how it is;
/// [dev.seawall.embedded.RecoveringFiles], its data files while recovery to a point feeds them;
/// [dev.seawall.embedded.RewoundFiles], the same as a rewind asks for them.
///
/// Invariant: nothing here decides anything about the log, pages or the archive; it only puts
/// their owners together, opens them in the order that a crash demands, and closes them in
/// reverse.
///
/// Must not know: commands, terminals, `System.exit`.
@NullMarked
package dev.seawall.embedded;

import org.jspecify.annotations.NullMarked;
