/// What a directory is stored on, and whether that keeps its word.
///
/// Reading order: [dev.seawall.tools.testfsync.storage.Storage], all that the kernel tells of it:
/// [dev.seawall.tools.testfsync.storage.Mount], the file system, and
/// [dev.seawall.tools.testfsync.storage.BlockDevice], the disk;
/// [dev.seawall.tools.testfsync.storage.Verdict], a list of [dev.seawall.tools.testfsync.storage.Finding],
/// by `FileSystemRules`, and by `DeviceRules` with what was measured,
/// [dev.seawall.tools.testfsync.storage.Speed].
///
/// Invariant: read from `/proc` and `/sys` only; nothing is changed, nothing needs root.
@NullMarked
package dev.seawall.tools.testfsync.storage;

import org.jspecify.annotations.NullMarked;
