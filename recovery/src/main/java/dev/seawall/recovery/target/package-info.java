/// Recovery to a point: where to stop, and what becomes of the cluster then.
///
/// Reading order: [dev.seawall.recovery.target.RecoveryTarget], the point, and
/// [dev.seawall.recovery.target.TargetText], how settings say it;
/// [dev.seawall.recovery.target.TargetStop], which records are on which side of it, and
/// [dev.seawall.recovery.target.ConsistentPoint], before which there is no stopping;
/// [dev.seawall.recovery.target.PointInTimeRecovery], the whole of it, by a
/// [dev.seawall.recovery.target.RecoveryPlan] and with the
/// [dev.seawall.recovery.target.RecoveringState];
/// [dev.seawall.recovery.target.RecoveryTargetException], when it cannot be.
///
/// Invariant: a target that is not met is an error, never a shorter database.
///
/// Must not know: archives and repositories; segments come from a `SegmentSource`.
@NullMarked
package dev.seawall.recovery.target;

import org.jspecify.annotations.NullMarked;
