package dev.seawall.walwriter.cluster;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Base backups that clients are receiving now. Thread-safe.
public final class Backups {

    private final Map<Integer, Report> reports = new ConcurrentHashMap<>();

    /// What a backup is doing, in the words of pg_stat_progress_basebackup.
    public enum Phase {
        WAITING_FOR_CHECKPOINT("waiting for checkpoint to finish"),
        STREAMING("streaming database files"),
        WAITING_FOR_ARCHIVING("waiting for wal archiving to finish"),
        TRANSFERRING_WAL("transferring wal files");

        private final String words;

        Phase(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /// pg_stat_progress_basebackup's row.
    ///
    /// @param total    bytes there will be, about; -1 if that is not known
    /// @param streamed bytes there have been
    public record Progress(int pid, Phase phase, long total, long streamed) {}

    /// Where one session tells how far it is.
    public final class Report implements AutoCloseable {

        private final int pid;
        private volatile Progress progress;

        private Report(int pid) {
            this.pid = pid;
            this.progress = new Progress(pid, Phase.WAITING_FOR_CHECKPOINT, -1, 0);
        }

        /// The first file is sent.
        public void streaming(long total) {
            progress = new Progress(pid, Phase.STREAMING, total, 0);
        }

        public void streamed(long bytes) {
            Progress now = progress;
            // An estimate that was too low is put right, as PostgreSQL does.
            progress = new Progress(pid, now.phase(), now.total() < 0 ? now.total() : Math.max(now.total(), bytes),
                    bytes);
        }

        public void phase(Phase phase) {
            Progress now = progress;
            progress = new Progress(pid, phase, now.total(), now.streamed());
        }

        @Override
        public void close() {
            reports.remove(pid, this);
        }
    }

    /// A session begins one.
    public Report begin(int pid) {
        Report report = new Report(pid);
        reports.put(pid, report);
        return report;
    }

    public List<Progress> list() {
        return reports.values().stream().map(report -> report.progress).toList();
    }
}
