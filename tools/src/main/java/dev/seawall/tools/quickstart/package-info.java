/// `walctl quickstart`: the main job on real input, told as a story, every claim checked.
///
/// Reading order: `Quickstart`, the chapters; `Story`, how they are told; `InputLines`, what is
/// committed, and where the default comes from; `LineTable`, the lines as rows in pages;
/// `Committer`, the process that is killed.
///
/// Invariant: exit code 0 means that every check was made and held.
@NullMarked
package dev.seawall.tools.quickstart;

import org.jspecify.annotations.NullMarked;
