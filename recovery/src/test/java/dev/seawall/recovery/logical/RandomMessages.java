package dev.seawall.recovery.logical;

import dev.seawall.recovery.TestLog;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Transactions that log messages, interleaved; some abort, some never end, some are ruled out.
final class RandomMessages {

    private static final int OPEN_MAX = 6;

    private RandomMessages() {}

    static void log(TestLog log, SplittableRandom random, int records) {
        List<Integer> open = new ArrayList<>();
        int next = 3;
        for (int i = 0; i < records; i++) {
            int dice = random.nextInt(20);
            if (open.isEmpty() || dice < 4 && open.size() < OPEN_MAX) {
                open.add(next++);
            }
            int at = random.nextInt(open.size());
            int xid = open.get(at);
            if (dice < 12) {
                log.message(xid, "p" + random.nextInt(3), i + "y".repeat(random.nextInt(3_000)));
            } else if (dice < 14) {
                log.message(0, "outside", "n" + i);
            } else if (dice < 17) {
                log.commit(xid);
                open.remove(at);
            } else if (dice < 18) {
                log.abort(xid);
                open.remove(at);
            } else if (dice < 19) {
                log.running(next, open.stream().sorted().toArray(Integer[]::new));
            } else {
                log.checkpoint(next);
            }
        }
    }
}
