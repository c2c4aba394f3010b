/// The views there are: PostgreSQL's statistics of log, archiver, checkpointer, replication and sessions,
/// and its settings.
///
/// Reading order: [dev.seawall.walwriter.query.view.Views], all of them; `LogViews`,
/// `ReplicationViews`, `SessionViews`, `SettingsView`, with columns written down by `Table`.
///
/// Invariant: a view that PostgreSQL 15 has has its columns, in its order, with its types; what is not
/// known here is NULL. pg_stat_checkpointer is PostgreSQL 17's.
///
/// Must not know: how statements are parsed and planned.
@NullMarked
package dev.seawall.walwriter.query.view;

import org.jspecify.annotations.NullMarked;
