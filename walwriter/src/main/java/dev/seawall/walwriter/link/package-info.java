/// The links: how the checkpointer and the archiver, as processes of their own, work with the walwriter.
///
/// Reading order: [dev.seawall.walwriter.link.LinkMessage], all that is said, with
/// [dev.seawall.walwriter.link.Bytes]; `LinkCodec`, how; [dev.seawall.walwriter.link.CopyChannel], what
/// carries it; [dev.seawall.walwriter.link.Link], asking and answering, at either end;
/// [dev.seawall.walwriter.link.LinkCommands], the walwriter's end, with
/// [dev.seawall.walwriter.link.LinkOrigin], `ServerChannel`, `Seat`,
/// `ConnectedCheckpointer` and `ConnectedArchiver`; [dev.seawall.walwriter.link.ClientChannel], theirs.
///
/// Invariant: a link is one connection; when it ends everyone who waits on it is told, and nothing of
/// it is carried over to the next.
///
/// Must not know: sockets, how the log is streamed, what redo makes of it.
@NullMarked
package dev.seawall.walwriter.link;

import org.jspecify.annotations.NullMarked;
