/// Redo: from the log to resource managers, up to a target, on the right timeline.
///
/// Reading order: [dev.seawall.recovery.ResourceManager], who takes part;
/// [dev.seawall.recovery.CommittedTransaction], what is handed to it;
/// [dev.seawall.recovery.RecoveryTarget], where to stop.
@NullMarked
package dev.seawall.recovery;

import org.jspecify.annotations.NullMarked;
