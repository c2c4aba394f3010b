/// What records say that change something: messages, transactions, pages; one file a kind.
///
/// Reading order: [dev.seawall.wal.record.body.LogicalMessage], an application's record;
/// [dev.seawall.wal.record.body.TransactionRecord], commit and abort;
/// [dev.seawall.wal.record.body.GenericDelta] and [dev.seawall.wal.record.body.PageImages],
/// changes and images of pages; [dev.seawall.wal.record.body.ClogZeroPage] and
/// [dev.seawall.wal.record.body.RunningXacts], what a real server needs in order to follow; and
/// our own two, both messages: [dev.seawall.wal.record.body.Watermark] and
/// [dev.seawall.wal.record.body.RelationSizes].
///
/// Invariant: layout constants, encoder and decoder of a kind are in its one file. Encoding a
/// message, a commit or an abort allocates nothing. Decoding trusts no length it reads.
///
/// Must not know: the log's files, who redoes what.
@NullMarked
package dev.seawall.wal.record.body;

import org.jspecify.annotations.NullMarked;
