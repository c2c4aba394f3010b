/// `waltestfsync`: how fast a disk makes a log durable, by which method, and whether it can be believed.
///
/// Reading order: [dev.seawall.tools.testfsync.Waltestfsync], the command; `TestRun`, all that it measures;
/// `Bench`, which runs each `Trial` in turns with others: `MethodTrial`, every way to make blocks durable,
/// `FlushCostTrial`, its parts alone, `FileStateTrial`, files that came to be in different ways, and several
/// blocks at once by `GroupTrial`, `RingTrial` and `ThreadsTrial`; `Timing` and `Section`, what they took;
/// `Recommendation`, the settings that follow. What is known of the place without measuring is in
/// [dev.seawall.tools.testfsync.storage].
///
/// Invariant: only what was run in turns with one another is compared.
@NullMarked
package dev.seawall.tools.testfsync;

import org.jspecify.annotations.NullMarked;
