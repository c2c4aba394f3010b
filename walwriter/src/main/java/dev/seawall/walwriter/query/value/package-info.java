/// Values of PostgreSQL's types in its text and binary formats.
///
/// Reading order: [dev.seawall.walwriter.query.value.Values].
///
/// Invariant: what is written is what PostgreSQL writes; what is read is a value of the type or an
/// SqlException.
///
/// Must not know: statements, functions, sessions.
@NullMarked
package dev.seawall.walwriter.query.value;

import org.jspecify.annotations.NullMarked;
