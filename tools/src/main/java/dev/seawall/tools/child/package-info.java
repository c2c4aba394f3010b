/// A process of our own that is there to be killed.
///
/// Reading order: [dev.seawall.tools.child.ChildJvm], which starts one, talks to it by lines on its
/// standard input and output, and kills it with SIGKILL; [dev.seawall.tools.child.BareJvm], which does nothing, to
/// tell what any start takes.
///
/// Invariant: what a child said before it died is read to the last line, for that is what it
/// acknowledged.
@NullMarked
package dev.seawall.tools.child;

import org.jspecify.annotations.NullMarked;
