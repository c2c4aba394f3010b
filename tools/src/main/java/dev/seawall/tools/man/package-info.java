/// Man pages, made of what commands and settings say of themselves, so that they cannot go stale.
///
/// Reading order: [dev.seawall.tools.man.ManCommand], `walctl man`; `Commands`, all there are;
/// `CommandPage`, a command's page; `ConfPage`, the settings'; `Roff`, the language of both.
///
/// Invariant: nothing is written here that `--help` or the catalog of settings does not say.
///
/// Must not know: what any command does.
@NullMarked
package dev.seawall.tools.man;

import org.jspecify.annotations.NullMarked;
