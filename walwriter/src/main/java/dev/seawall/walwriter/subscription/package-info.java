/// Logical slots at work: from a slot's position to a decoder, and from what its client confirms back to the
/// slot.
///
/// Reading order: [dev.seawall.walwriter.subscription.Subscriptions], what can be had of logical slots;
/// [dev.seawall.walwriter.subscription.SlotDecoder], a slot in use, for a stream or a function;
/// `PoliteLog`, the log as its decoder reads it.
///
/// Invariant: a slot's restart position is at or before the first record of every transaction that commits
/// behind its confirmed position, so that whoever comes back misses nothing.
///
/// Must not know: the protocol's messages, how the log is decoded.
@NullMarked
package dev.seawall.walwriter.subscription;

import org.jspecify.annotations.NullMarked;
