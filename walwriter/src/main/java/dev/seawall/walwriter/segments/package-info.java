/// The files of `pg_wal`: segments and what becomes of them.
///
/// Reading order: [dev.seawall.walwriter.segments.ArchiveStatus], what is to be archived and what
/// is.
@NullMarked
package dev.seawall.walwriter.segments;

import org.jspecify.annotations.NullMarked;
