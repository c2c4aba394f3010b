/// PostgreSQL under measurement: the server that is installed, and pgbench.
///
/// Reading order: [dev.seawall.tools.walbench.server.InstalledPostgres], where its programs are;
/// [dev.seawall.tools.walbench.server.Contender], a server under measurement, and
/// [dev.seawall.tools.walbench.server.PostgresContender], a new one of PostgreSQL's;
/// [dev.seawall.tools.walbench.server.PgbenchReport], what pgbench says at its end;
/// [dev.seawall.tools.walbench.server.PostgresLineup], which brings it along to `walbench peers` as
/// `PostgresContestant`, under `Pgbench`.
///
/// Invariant: a server that was started is stopped, whichever way the program ends.
@NullMarked
package dev.seawall.tools.walbench.server;

import org.jspecify.annotations.NullMarked;
