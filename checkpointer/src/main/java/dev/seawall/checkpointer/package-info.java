/// The checkpointer: turns the log into data files.
@NullMarked
package dev.seawall.checkpointer;

import org.jspecify.annotations.NullMarked;
