/// The archiver: ships completed segments and fetches them back; base backups.
///
/// Reading order: [dev.seawall.archiver.PageCopy], what a base backup copies. Where things are kept:
/// [dev.seawall.archiver.repository.Repository].
@NullMarked
package dev.seawall.archiver;

import org.jspecify.annotations.NullMarked;
