package dev.seawall.tools.walbench.server;

import dev.seawall.tools.walbench.contest.Contestant;
import dev.seawall.tools.walbench.contest.Lineup;
import java.util.Arrays;
import java.util.List;

/// PostgreSQL as a contestant of `walbench peers`, once for each thing a transaction may do.
public final class PostgresLineup implements Lineup {

    @Override
    public List<Contestant> contestants() {
        return Arrays.stream(PostgresContestant.Statement.values()).<Contestant>map(PostgresContestant::new).toList();
    }
}
