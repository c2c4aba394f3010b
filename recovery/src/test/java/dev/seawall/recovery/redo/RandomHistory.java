package dev.seawall.recovery.redo;

import dev.seawall.recovery.LedgerEngine;
import dev.seawall.recovery.TestLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// Clients that begin, add, commit, abort and die at random; and the model: what the ledger must
/// hold after all that is in the log so far.
final class RandomHistory {

    final TestLog log = new TestLog();
    final TreeMap<String, Long> model = new TreeMap<>();

    private final RandomGenerator random;
    private final TreeMap<Integer, List<String[]>> open = new TreeMap<>();
    private int nextXid = 10;

    RandomHistory(RandomGenerator random) {
        this.random = random;
    }

    /// One more thing happens.
    void next() {
        int dice = random.nextInt(100);
        if (dice < 20 && open.size() < 6) {
            open.put(nextXid++, new ArrayList<>());
        } else if (dice < 60) {
            add(anyOpen());
        } else if (dice < 80) {
            end(anyOpen());
        } else if (dice < 90) {
            add(0);
        } else if (dice < 95) {
            log.running(nextXid, open.keySet().toArray(Integer[]::new));
        } else if (dice < 97) {
            // The walwriter dies and starts again.
            open.clear();
            log.running(nextXid);
        } else {
            log.message(0, "somebody.else", "not for a ledger");
        }
    }

    /// Everyone commits.
    void finish() {
        for (int xid : List.copyOf(open.keySet())) {
            commit(xid);
        }
    }

    private int anyOpen() {
        List<Integer> xids = List.copyOf(open.keySet());
        return xids.isEmpty() ? 0 : xids.get(random.nextInt(xids.size()));
    }

    private void add(int xid) {
        String account = "account" + random.nextInt(8);
        String amount = Integer.toString(random.nextInt(-50, 100));
        String padding = " ".repeat(1) + "x".repeat(random.nextInt(20) == 0 ? random.nextInt(20_000) : 3);
        log.message(xid, LedgerEngine.ADD, account + " " + amount + padding);
        if (xid == 0) {
            model.merge(account, Long.parseLong(amount), Long::sum);
        } else {
            open.get(xid).add(new String[] {account, amount});
        }
    }

    private void end(int xid) {
        if (xid == 0) {
            return;
        }
        if (random.nextInt(4) == 0) {
            open.remove(xid);
            log.abort(xid);
        } else {
            commit(xid);
        }
    }

    private void commit(int xid) {
        for (String[] change : open.remove(xid)) {
            model.merge(change[0], Long.parseLong(change[1]), Long::sum);
        }
        log.commit(xid);
    }

    Map<String, Long> expected() {
        return new TreeMap<>(model);
    }
}
