/// `walctl rewind`: an old primary made to follow the new one.
///
/// Reading order: [dev.seawall.tools.rewind.RewindCommand], the command; `CopyReport`, what it tells
/// while files are copied, and `RewindReport`, at its end;
/// `StandbyConfiguration`, what `--write-recovery-conf` writes.
///
/// Invariant: nothing is decided here; `dev.seawall.walwriter.rewind` does it.
///
/// Must not know: logs, timelines, pages.
@NullMarked
package dev.seawall.tools.rewind;

import org.jspecify.annotations.NullMarked;
