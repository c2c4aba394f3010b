/// Streaming the log: what a replication connection may ask for, and the senders that answer.
///
/// Reading order: [dev.seawall.walwriter.sender.Replication], the commands and who streams;
/// `ReplicationCommand`, what can be said, and `ReplicationParser`, how; `SystemAnswers`, the commands that
/// are answered at once; `WalStream`, which part of the log was asked for; `WalSender`, one stream, and
/// `LogicalSender`, one of what is decoded; `StreamPeer`, its client, and `StandbyReplies`, what comes back
/// meanwhile; `StandbyProgress`, how far its client is, with `ReplyLag`;
/// `WalPieces`, the log's bytes; `SenderWatch`, what is to be done now and then.
///
/// Invariant: nothing is sent that is not durable, and nothing is left out: each message begins where the
/// last ended. A receiver that does not read waits for itself alone.
///
/// Must not know: logins, sockets, how the log is written, what redo does with it.
@NullMarked
package dev.seawall.walwriter.sender;

import org.jspecify.annotations.NullMarked;
