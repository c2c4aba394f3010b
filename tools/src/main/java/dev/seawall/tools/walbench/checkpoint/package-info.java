/// `walbench checkpoint`: what commits wait for while a checkpoint writes on the same disk.
///
/// Reading order: `CheckpointCommand`, the options and the rounds; `DirtyPages`, what is to be written;
/// `PacedFlush`, a checkpoint's writing at a given rate; `Commits`, the committers beside it, and how long each
/// commit took; `Beside`, what came out.
///
/// Invariant: the page store and the log are the real ones, with the double-write file; only the pace is given.
///
/// Must not know: how pages or the log are written.
@NullMarked
package dev.seawall.tools.walbench.checkpoint;

import org.jspecify.annotations.NullMarked;
