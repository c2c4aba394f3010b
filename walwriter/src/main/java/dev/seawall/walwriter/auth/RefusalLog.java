package dev.seawall.walwriter.auth;

import dev.seawall.wal.role.World;
import dev.seawall.walwriter.auth.hba.HbaRule;
import dev.seawall.walwriter.auth.hba.LoginRequest;
import dev.seawall.walwriter.auth.hba.Origin;
import dev.seawall.walwriter.wire.SqlException;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// Refused logins in the log: what an operator needs to see of them, and no more than a flood of them
/// may write.
final class RefusalLog {

    private static final int MOST_A_PERIOD = 20;
    private static final int MOST_CHARS = 300;
    private static final long PERIOD_NANOS = 10_000_000_000L;

    private final Logger log;
    private final World world;
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock.
    private long periodBegan;
    private int logged;
    private long unlogged;

    RefusalLog(Logger log, World world) {
        this.log = log;
        this.world = world;
        this.periodBegan = world.nanoTime();
    }

    /// @param rule that decided; null if there was none
    void refused(Origin origin, LoginRequest request, @Nullable HbaRule rule, SqlException why) {
        long left = count();
        if (left < 0) {
            return;
        }
        // The one place where the rule is told: to a client it would be a hint.
        log.info("login refused, {} sqlstate={} from={} user=\"{}\" database=\"{}\" rule=\"{}\" not_logged_before={}",
                printable(why.problem()), why.state().code(), origin.host(), printable(request.user()),
                printable(request.database()), rule == null ? "none" : rule.place(), left);
    }

    /// The file of users is not what it should be: nobody but who is believed without it gets in.
    void unreadable(IOException why) {
        if (count() >= 0) {
            log.error("could not read the users: {}", why.getMessage());
        }
    }

    /// A name that a stranger chose must not write lines of its own into the log.
    private static String printable(String name) {
        StringBuilder text = new StringBuilder();
        name.codePoints().limit(MOST_CHARS).forEach(c -> text.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return text.toString();
    }

    /// @return how many were not logged since the last that was; negative: nor is this one
    private long count() {
        lock.lock();
        try {
            long now = world.nanoTime();
            if (now - periodBegan >= PERIOD_NANOS) {
                periodBegan = now;
                logged = 0;
            }
            if (logged >= MOST_A_PERIOD) {
                unlogged++;
                return -1;
            }
            logged++;
            long left = unlogged;
            unlogged = 0;
            return left;
        } finally {
            lock.unlock();
        }
    }
}
