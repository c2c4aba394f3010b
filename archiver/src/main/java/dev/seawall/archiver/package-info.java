/// The archiver: ships completed segments and fetches them back; base backups.
///
/// Reading order: [dev.seawall.archiver.Repository], where things are kept;
/// [dev.seawall.archiver.PageCopy], what a base backup copies.
@NullMarked
package dev.seawall.archiver;

import org.jspecify.annotations.NullMarked;
