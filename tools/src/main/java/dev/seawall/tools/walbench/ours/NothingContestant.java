package dev.seawall.tools.walbench.ours;

import dev.seawall.tools.walbench.contest.Contestant;
import dev.seawall.tools.walbench.contest.Entry;
import dev.seawall.tools.walbench.load.Engine;
import dev.seawall.tools.walbench.load.Stream;
import java.nio.file.Path;

/// Commits nothing at once: what is left is the cost of measuring.
final class NothingContestant implements Contestant {

    @Override
    public String name() {
        return "nothing";
    }

    @Override
    public String title() {
        return "nothing at all";
    }

    @Override
    public Group group() {
        return Group.GAUGE;
    }

    @Override
    public Entry open(Path directory, int bytes) {
        return Entry.of(new Nothing());
    }

    private static final class Nothing implements Engine, Stream.Futures<Object> {

        private static final Object DONE = new Object();

        @Override
        public void commit() {
            // Committed.
        }

        @Override
        public Stream stream() {
            return this;
        }

        @Override
        public Object append() {
            return DONE;
        }

        @Override
        public boolean isDurable(Object record) {
            return true;
        }

        @Override
        public void await(Object record) {
            // It is.
        }

        @Override
        public void close() {
            // There is nothing.
        }
    }
}
