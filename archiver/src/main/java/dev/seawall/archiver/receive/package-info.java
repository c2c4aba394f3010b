/// Following a server's log into the archive: what pg_receivewal does, with an archive behind it.
///
/// Reading order: [dev.seawall.archiver.receive.Receiving], the whole at work;
/// [dev.seawall.archiver.receive.LogReceiver], the role that receives, and
/// [dev.seawall.archiver.receive.StatusReports], one that tells the server how far it is;
/// [dev.seawall.archiver.receive.Upstream], what it asks of a server, and
/// [dev.seawall.archiver.receive.PrimaryUpstream], a server that is asked by replication commands;
/// [dev.seawall.archiver.receive.Spool], the directory in between, and `PartialSegment`, the file in it that is being
/// filled; [dev.seawall.archiver.receive.ResumePoint], where to go on; `ForkCheck`, whether the server's history is
/// ours; [dev.seawall.archiver.receive.ReceiveProgress], how far it is;
/// [dev.seawall.archiver.receive.ReceiveEndedException], what no further try mends.
///
/// Invariant: the server is told of no byte as flushed that a power cut could take. A segment leaves the spool
/// only when the repository holds it.
///
/// Must not know: what the log says, sockets, commands.
@NullMarked
package dev.seawall.archiver.receive;

import org.jspecify.annotations.NullMarked;
