/// Redo's contract: who takes part, and what is handed to them.
///
/// Reading order: [dev.seawall.recovery.ResourceManager], who takes part;
/// [dev.seawall.recovery.CommittedTransaction], what is handed over;
/// [dev.seawall.recovery.AppliedLsn], how far one has come and who waits for it;
/// [dev.seawall.recovery.ResourceManagers], all who take part;
/// [dev.seawall.recovery.Recipient], a manager's place among them;
/// [dev.seawall.recovery.RedoFailedException], when one could not.
///
/// Invariant: every manager gets the same transactions in the same order, in normal running, after
/// a crash and in recovery to a point: there is no second path.
///
/// Must not know: the loop that reads the log (`redo`), where it stops (`target`).
@NullMarked
package dev.seawall.recovery;

import org.jspecify.annotations.NullMarked;
