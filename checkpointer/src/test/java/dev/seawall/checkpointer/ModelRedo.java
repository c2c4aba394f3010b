package dev.seawall.checkpointer;

import dev.seawall.recovery.Recipient;
import dev.seawall.recovery.ResourceManagers;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.role.Role;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// Redo of a [ModelLog] from a redo point on: nothing that stands before it is seen.
final class ModelRedo implements Role, RedoState {

    private final ModelLog log;
    private final ResourceManagers managers;
    private final Lsn from;
    private int next;
    private Lsn position;

    ModelRedo(ModelLog log, ResourceManagers managers, Lsn from) {
        this.log = log;
        this.managers = managers;
        this.from = from;
        this.position = from;
        while (next < log.entries().size() && !log.entries().get(next).commitEnd().isAfter(from)) {
            next++;
        }
    }

    boolean isDone() {
        return !hasWork();
    }

    @Override
    public String name() {
        return "redo";
    }

    @Override
    public boolean hasWork() {
        return next < log.entries().size();
    }

    @Override
    public void step() throws IOException {
        if (!hasWork()) {
            return;
        }
        ModelLog.Entry entry = log.entries().get(next);
        for (Recipient recipient : managers.ofPages()) {
            recipient.hand(entry.seenFrom(from), entry.commitEnd());
        }
        for (Recipient recipient : managers.ofMessage(ModelEngine.NAME)) {
            recipient.hand(entry.seenFrom(from), entry.commitEnd());
        }
        next++;
        position = entry.commitEnd();
    }

    @Override
    public Duration nap() {
        return Duration.ofMillis(100);
    }

    @Override
    public void failed(Throwable cause) {}

    @Override
    public Lsn position() {
        return position;
    }

    @Override
    public long changes() {
        return next;
    }

    @Override
    public Lsn redoPoint(Lsn durable) {
        List<ModelLog.Entry> unfinished = log.entries().stream()
                .filter(entry -> entry.commitEnd().isAfter(durable) && entry.firstRecord().isBefore(durable)).toList();
        Lsn redoPoint = durable;
        for (ModelLog.Entry entry : unfinished) {
            redoPoint = Lsn.min(redoPoint, entry.firstRecord());
        }
        // Records before `from` are not seen: who has them there only was complete for the state that says `from`.
        return Lsn.max(from, Lsn.min(redoPoint, log.oldestOpen()));
    }

    @Override
    public void checkpointed(Lsn durable) {}
}
