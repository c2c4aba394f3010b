/// Rewind: a server that went on by itself after another was promoted gives that up, and can follow.
///
/// Reading order: [dev.seawall.walwriter.rewind.Rewind], the whole of it in order;
/// [dev.seawall.walwriter.rewind.SourceServer], whom it is to follow, and
/// [dev.seawall.walwriter.rewind.StreamedSource], such a one by its wire; `RewindPlan`, what was decided,
/// in the file that keeps everybody out until it is done; `DivergedLog`, where what is given up is kept,
/// and [dev.seawall.walwriter.rewind.LostCommits], what that is; `CommonCheckpoint`, where recovery
/// begins then; `LogCut`, the log made to end where the histories part, with `DirectoryTree`;
/// [dev.seawall.walwriter.rewind.OwnDataFiles], what a higher step knows of `base/`;
/// [dev.seawall.walwriter.rewind.RewindResult], what became of it, or
/// [dev.seawall.walwriter.rewind.RewindRefusedException].
///
/// Invariant: nothing is removed before it is kept aside, durably; and from the first change to the
/// last nobody takes the directory for a cluster. Cut short anywhere, a rewind that is called again
/// goes on to the same end.
///
/// Must not know: how log is received from the source, what is in pages.
@NullMarked
package dev.seawall.walwriter.rewind;

import org.jspecify.annotations.NullMarked;
