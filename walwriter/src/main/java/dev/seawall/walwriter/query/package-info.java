/// SELECT: what can be asked for, and how it is answered.
///
/// Reading order: [dev.seawall.walwriter.query.Caller], the session that asks;
/// [dev.seawall.walwriter.query.Rows], who takes the answer; [dev.seawall.walwriter.query.Catalog], what
/// can be asked: [dev.seawall.walwriter.query.SqlFunction], called with an
/// [dev.seawall.walwriter.query.Execution], and [dev.seawall.walwriter.query.View];
/// [dev.seawall.walwriter.query.SessionSetting], what one of the views asks a session for;
/// [dev.seawall.walwriter.query.WalErrors], what is told of the log's refusals. Then
/// `query.plan`, from a statement to its execution; `query.builtin`, the functions there are;
/// `query.view`, the views;
/// `query.value`, values on the wire.
///
/// Invariant: what functions and views see of a session is a Caller, and of the server its Cluster.
///
/// Must not know: the protocol's messages and states; connections.
@NullMarked
package dev.seawall.walwriter.query;

import org.jspecify.annotations.NullMarked;
