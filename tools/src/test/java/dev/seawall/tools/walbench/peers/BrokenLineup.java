package dev.seawall.tools.walbench.peers;

import dev.seawall.tools.walbench.contest.Contestant;
import dev.seawall.tools.walbench.contest.Entry;
import dev.seawall.tools.walbench.contest.Lineup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Brings along one who fails in its turn.
public final class BrokenLineup implements Lineup {

    @Override
    public List<Contestant> contestants() {
        return List.of(new Broken());
    }

    private static final class Broken implements Contestant {

        @Override
        public String name() {
            return "broken";
        }

        @Override
        public String title() {
            return "broken";
        }

        @Override
        public Group group() {
            return Group.GAUGE;
        }

        @Override
        public Entry open(Path directory, int bytes) throws IOException {
            throw new IOException("it was never meant to open");
        }
    }
}
