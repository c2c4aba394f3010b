/// `walctl quickstart`: the main job on real input, told as a story, every claim checked.
///
/// Reading order: [dev.seawall.tools.quickstart.Quickstart], the command; `Chapters` and
/// `RestoreChapter`, what happens; `Story`, how it is told; `InputLines`, what is committed, and
/// where the default comes from; `LineTable`, the lines as rows in pages; `Commits`, each line a
/// transaction; `Committer`, the process that is killed; `BackupThread`, the backup beside it;
/// `Places`, where everything is; `NextSteps`, what to try then.
///
/// Invariant: exit code 0 means that every check was made and held.
@NullMarked
package dev.seawall.tools.quickstart;

import org.jspecify.annotations.NullMarked;
