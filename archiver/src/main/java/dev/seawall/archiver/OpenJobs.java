package dev.seawall.archiver;

import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.quartz.Job;

/// Quartz jobs that can be ended: none begins after [#close], which waits for those that run.
///
/// Quartz' own waiting may never end: a job that is handed to a thread of its pool in the moment of the
/// shutdown is neither run nor taken from the list of those that are.
final class OpenJobs implements AutoCloseable {

    private final ReentrantReadWriteLock running = new ReentrantReadWriteLock();
    private boolean isClosed;

    Job of(Job job) {
        return context -> {
            running.readLock().lock();
            try {
                if (!isClosed) {
                    job.execute(context);
                }
            } finally {
                running.readLock().unlock();
            }
        };
    }

    @Override
    public void close() {
        running.writeLock().lock();
        try {
            isClosed = true;
        } finally {
            running.writeLock().unlock();
        }
    }
}
