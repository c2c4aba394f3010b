/// Rewind: a server that went on by itself after another was promoted gives that up, and can follow.
///
/// Reading order: [dev.seawall.walwriter.rewind.Rewind], what is decided;
/// [dev.seawall.walwriter.rewind.SourceServer], whom it is to follow, and
/// [dev.seawall.walwriter.rewind.StreamedSource], such a one by its wire; `RewindPlan`, what was decided,
/// in the file that keeps everybody out until it is done; `PlannedRewind`, the doing, in order;
/// `DivergedLog`, where what is given up is kept, and [dev.seawall.walwriter.rewind.LostCommits], what that
/// is, as far as `SegmentsThere` has it; `LogCut`, the log made to end where the histories part;
/// `CommonCheckpoint`, where recovery begins then; or `ClusterCopy`, the source's files where the own ones
/// are beyond, with [dev.seawall.walwriter.rewind.CopyProgress], who is told;
/// [dev.seawall.walwriter.rewind.OwnDataFiles], what a higher step knows of `base/`;
/// [dev.seawall.walwriter.rewind.RewindResult], what became of it, or
/// [dev.seawall.walwriter.rewind.RewindRefusedException].
///
/// Invariant: before the plan is written nothing is changed; from then on nobody takes the directory for a
/// cluster, and a rewind that is called again goes on to the same end. Nothing of the log is removed before it
/// is kept aside, durably; of the data files, nothing before what takes their place is there as a whole.
///
/// Must not know: how log is received from the source, what is in pages, archives' formats.
@NullMarked
package dev.seawall.walwriter.rewind;

import org.jspecify.annotations.NullMarked;
