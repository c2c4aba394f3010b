/// SQL as far as a log needs it: from text to statements.
///
/// Reading order: [dev.seawall.walwriter.sql.Statement], what can be said, with
/// [dev.seawall.walwriter.sql.SelectItem], [dev.seawall.walwriter.sql.FromItem],
/// [dev.seawall.walwriter.sql.Condition], [dev.seawall.walwriter.sql.Expression] and
/// [dev.seawall.walwriter.sql.TransactionModes]; [dev.seawall.walwriter.sql.SqlParser], how it is read.
///
/// Invariant: whatever the text, it becomes statements or an SqlException, in time that grows as its
/// length, on a stack that is bounded.
///
/// Must not know: which functions, views and settings there are; sessions.
@NullMarked
package dev.seawall.walwriter.sql;

import org.jspecify.annotations.NullMarked;
