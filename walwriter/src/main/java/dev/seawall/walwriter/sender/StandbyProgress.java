package dev.seawall.walwriter.sender;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.cluster.Senders.Sender;
import dev.seawall.walwriter.syncrep.Standby;
import dev.seawall.walwriter.syncrep.SyncRep.SyncState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How far a stream and its client are, as pg_stat_replication tells it.
///
/// The sender's thread writes what was sent, the one that reads replies writes the rest, anybody reads.
final class StandbyProgress {

    private final ReplyLag writeLag = new ReplyLag();
    private final ReplyLag flushLag = new ReplyLag();
    private final ReplyLag applyLag = new ReplyLag();

    private volatile String state = "startup";
    private volatile long sent;
    private volatile long write;
    private volatile long flush;
    private volatile long apply;
    private volatile @Nullable Instant replyTime;

    StandbyProgress(Lsn from) {
        sent = from.value();
    }

    /// @return whether it was another
    boolean state(String next) {
        boolean isChanged = !state.equals(next);
        state = next;
        return isChanged;
    }

    Lsn sent() {
        return new Lsn(sent);
    }

    void sent(Lsn to, long now) {
        writeLag.sent(to.value(), now);
        flushLag.sent(to.value(), now);
        applyLag.sent(to.value(), now);
        sent = to.value();
    }

    /// @param replied the client's clock
    void replied(long newWrite, long newFlush, long newApply, Instant replied, long now) {
        write = newWrite;
        flush = newFlush;
        apply = newApply;
        replyTime = replied;
        long all = sent;
        writeLag.reported(newWrite, newWrite == all, now);
        flushLag.reported(newFlush, newFlush == all, now);
        applyLag.reported(newApply, newApply == all, now);
    }

    Lsn apply() {
        return new Lsn(apply);
    }

    /// What the client has for good, or at all if it doesn't say what it has for good.
    Lsn replicated() {
        long flushed = flush;
        return new Lsn(flushed == 0 ? write : flushed);
    }

    Sender view(int pid, SyncState sync) {
        return new Sender(pid, state, new Lsn(sent), new Lsn(write), new Lsn(flush), new Lsn(apply),
                writeLag.last(), flushLag.last(), applyLag.last(), replyTime, sync.priority(), sync.state());
    }

    /// For commits that wait. Nobody has what was not sent to them, whatever they say.
    Standby standby(int pid, String applicationName) {
        Lsn most = new Lsn(sent);
        return new Standby(pid, applicationName, state.equals("streaming"), Lsn.min(new Lsn(write), most),
                Lsn.min(new Lsn(flush), most), Lsn.min(new Lsn(apply), most));
    }
}
