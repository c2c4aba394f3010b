/// The simulator: product code in one thread, on virtual time, repeating from a seed.
///
/// [dev.seawall.sim.SimulatedWorld] is time, chance and the turn of the roles; the disk that power
/// is cut from is `SimulatedDisk` in `dev.seawall.wal.disk`.
@NullMarked
package dev.seawall.sim;

import org.jspecify.annotations.NullMarked;
