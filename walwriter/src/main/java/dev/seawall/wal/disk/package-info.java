/// The only code that touches files and java.lang.foreign.
///
/// Reading order: [dev.seawall.wal.disk.Disk], every call that anything above makes to the
/// operating system; [dev.seawall.wal.disk.DiskFile], an open file;
/// [dev.seawall.wal.disk.LinuxDisk], the real one, with `LinuxFile`, its files, `PosixCalls`, the
/// calls of the C library, and `Errno`, what their failures become, with
/// [dev.seawall.wal.disk.NoSpaceException] for a full disk;
/// [dev.seawall.wal.disk.OffHeap], Chronicle memory that the disk may write from without a copy.
/// [dev.seawall.wal.disk.IoUring], several writes under way at once, by `UringCalls`.
/// Descriptors of another kind, for services: [dev.seawall.wal.disk.NotifySocket], which tells a service
/// manager how this process is, and [dev.seawall.wal.disk.InheritedSocket], a socket that it was
/// started with, by `SocketCalls`; [dev.seawall.wal.disk.UnixSocketFile], the name of a Unix socket.
/// [dev.seawall.wal.disk.SmallFile], a text file read and replaced as a whole;
/// [dev.seawall.wal.disk.SecondName], a link, or a copy where there can be none;
/// [dev.seawall.wal.disk.FileTree], a directory removed with all that is in it.
/// The tests have a second implementation, `SimulatedDisk`, which forgets what was not synced.
///
/// Invariant: durability is only what `sync` of a file *and* `syncDirectory` of its directory
/// promise; no implementation retries a failed sync.
///
/// Must not know: records, segments, roles.
@NullMarked
package dev.seawall.wal.disk;

import org.jspecify.annotations.NullMarked;
