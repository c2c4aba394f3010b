/// Logical decoding: committed messages out of the log, in commit order, as text for those who subscribe.
///
/// Reading order: [dev.seawall.walwriter.logical.LogicalDecoding], how a decoder is made, and
/// [dev.seawall.walwriter.logical.LogicalDecoder], one that reads; what it tells
/// [dev.seawall.walwriter.logical.DecodedChanges] of each
/// [dev.seawall.walwriter.logical.DecodedTransaction]; [dev.seawall.walwriter.logical.OutputPlugin], the
/// forms there are, by name, with [dev.seawall.walwriter.logical.PluginOption], what a client asked of one;
/// `TestDecoding` and `JsonLines`, these forms, which write to a
/// [dev.seawall.walwriter.logical.DecodedOutput]; `JsonText`, a text in JSON.
///
/// Invariant: a transaction is told at its commit, whole; what did not commit is never told.
///
/// Must not know: how transactions are put together, which is redo's and so a higher step's; slots,
/// connections.
@NullMarked
package dev.seawall.walwriter.logical;

import org.jspecify.annotations.NullMarked;
