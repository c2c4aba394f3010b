/// The walwriter: appending, buffers, group commit, segments.
@NullMarked
package dev.seawall.walwriter;

import org.jspecify.annotations.NullMarked;
