/// Replication slots: who follows the log under a name, and from where on it is kept for them.
///
/// Reading order: [dev.seawall.walwriter.slots.ReplicationSlots], all of them; `ReplicationSlot`, one;
/// `SlotName`, what it may be called; [dev.seawall.walwriter.slots.SlotLimit], how much log they may keep;
/// `DurableSlots`, what makes changes durable and moves the claims on the log; `SlotDirectory`,
/// `pg_replslot/` in the order that survives a power cut, and `SlotFile`, the bytes of a slot in it.
///
/// Invariant: the log before a slot's position is let go only after that position is durable, or with the
/// whole slot's, which is lost then and says so; a slot that was said to be there is there after a crash, or
/// the start fails and names its file.
///
/// Must not know: the protocol's messages, who streams and how.
@NullMarked
package dev.seawall.walwriter.slots;

import org.jspecify.annotations.NullMarked;
