/// SELECT: what can be asked for, and how it is answered.
///
/// Reading order: [dev.seawall.walwriter.query.Caller], the session that asks;
/// [dev.seawall.walwriter.query.Rows], who takes the answer; [dev.seawall.walwriter.query.SelectPlan], a
/// SELECT ready to be executed; [dev.seawall.walwriter.query.Catalog], what it may name:
/// [dev.seawall.walwriter.query.SqlFunction], called with an [dev.seawall.walwriter.query.Execution], and
/// [dev.seawall.walwriter.query.View]; [dev.seawall.walwriter.query.SessionSetting], what one of the views
/// asks a session for; [dev.seawall.walwriter.query.WalErrors], what is told of the log's refusals.
///
/// Invariant: a statement is understood as a whole before any of it has an effect.
///
/// Must not know: the protocol's messages and states; connections.
@NullMarked
package dev.seawall.walwriter.query;

import org.jspecify.annotations.NullMarked;
