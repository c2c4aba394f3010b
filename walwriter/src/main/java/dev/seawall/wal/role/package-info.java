/// How the daemons' work is driven: by a thread each, or by the simulator.
///
/// Reading order: [dev.seawall.wal.role.World], the one interface to time, chance and waiting;
/// [dev.seawall.wal.role.SystemWorld], the real one; [dev.seawall.wal.role.Role], a step machine, and
/// [dev.seawall.wal.role.WatchedRole], one whose failure its host is told of;
/// `RoleThread`, the named platform thread that runs one and latches its
/// failure.
///
/// Invariant: no code above waits, reads a clock or draws a random number except through World, so
/// a simulated run repeats from its seed.
@NullMarked
package dev.seawall.wal.role;

import org.jspecify.annotations.NullMarked;
