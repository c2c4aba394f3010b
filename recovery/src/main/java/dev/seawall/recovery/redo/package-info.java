/// The redo loop: from records to committed transactions, in commit order.
///
/// Reading order: [dev.seawall.recovery.redo.Redo], the role; `Assembly`, records to
/// transactions; [dev.seawall.recovery.redo.RedoSource], the log it reads, `RecordsInTurn` and `RedoTurn`, one
/// record after another, and `RedoPiece`, many by all processors;
/// [dev.seawall.recovery.redo.RedoProgress], how far it is; [dev.seawall.recovery.redo.StopRule],
/// where it stops, and [dev.seawall.recovery.redo.ApplyDelay], how long it waits;
/// [dev.seawall.recovery.redo.HeldTransactions] and
/// [dev.seawall.recovery.redo.HeldLimits], what waits for its commit; `HeldTransaction`,
/// `HeldChange`, one of them; `RedoPoints`, where redo may begin the next time; `FullXid`, 64-bit
/// xids.
///
/// Invariant: a transaction is handed over at its commit, whole, once, in commit order; what did
/// not commit leaves no trace.
///
/// Must not know: what resource managers make of it, where the log comes from.
@NullMarked
package dev.seawall.recovery.redo;

import org.jspecify.annotations.NullMarked;
