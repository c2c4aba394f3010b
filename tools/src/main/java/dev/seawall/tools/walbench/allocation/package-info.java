/// `walbench allocation`: what a record costs of the heap.
///
/// Reading order: [dev.seawall.tools.walbench.allocation.AllocationCommand], the command; `Allocation`, which logs and
/// counts.
///
/// Invariant: what is counted is what the thread that logs has allocated, and nothing but logging.
@NullMarked
package dev.seawall.tools.walbench.allocation;

import org.jspecify.annotations.NullMarked;
