package dev.seawall.wal.disk;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which of the coming calls of a [SimulatedDisk] goes wrong, and how: each fault strikes once.
final class FaultPlan {

    private final List<Armed> armed = new ArrayList<>();

    void arm(Fault fault, long nth, Predicate<DiskCall> which) {
        if (nth < 1) {
            throw new IllegalArgumentException("calls are counted from 1: " + nth);
        }
        armed.add(new Armed(fault, which, nth));
    }

    void clear() {
        armed.clear();
    }

    /// Counts the call.
    @Nullable Fault strike(DiskCall call) {
        Fault struck = null;
        for (Iterator<Armed> each = armed.iterator(); each.hasNext();) {
            Armed one = each.next();
            if (one.which.test(call) && --one.left == 0) {
                struck = one.fault;
                each.remove();
            }
        }
        return struck;
    }

    private static final class Armed {
        private final Fault fault;
        private final Predicate<DiskCall> which;
        private long left;

        Armed(Fault fault, Predicate<DiskCall> which, long left) {
            this.fault = fault;
            this.which = which;
            this.left = left;
        }
    }
}
