package dev.seawall.archiver;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.function.Supplier;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.TriggerBuilder;
import org.quartz.impl.DirectSchedulerFactory;
import org.quartz.simpl.RAMJobStore;
import org.quartz.simpl.SimpleThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What happens to the archive by the clock, run by Quartz: the sweep for what is ready, and
/// `archive_timeout`.
///
/// The sweep finds what nobody told the archiver of, such as a segment that another process marked.
/// `archive_timeout` ends a segment early when something was written since the last end, so that no
/// commit waits longer than that for the archive.
public final class ArchiveSchedule implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ArchiveSchedule.class);
    private static final String NAME = "archive-schedule";

    private final Scheduler scheduler;
    private final OpenJobs open;

    private ArchiveSchedule(Scheduler scheduler, OpenJobs open) {
        this.scheduler = scheduler;
        this.open = open;
    }

    /// Starts the schedule.
    ///
    /// @param sweep          wakes the archiver; called every `sweepEvery`
    /// @param archiveTimeout zero: segments end when they are full
    public static ArchiveSchedule start(
            World world, Runnable sweep, Duration sweepEvery, ArchivableLog log, Duration archiveTimeout) {
        Map<Class<? extends Job>, Supplier<Job>> jobs = Map.of(
                Sweep.class, () -> new Sweep(sweep),
                Timeout.class, timeoutJob(log));
        try {
            OpenJobs open = new OpenJobs();
            Scheduler scheduler = quartz(world, jobs, open);
            Instant now = world.now();
            every(scheduler, Sweep.class, now, sweepEvery);
            if (!archiveTimeout.isZero()) {
                every(scheduler, Timeout.class, now, archiveTimeout);
            }
            scheduler.start();
            return new ArchiveSchedule(scheduler, open);
        } catch (SchedulerException e) {
            throw new IllegalStateException("archive schedule could not be started", e);
        }
    }

    private static Supplier<Job> timeoutJob(ArchivableLog log) {
        SegmentTimeout timeout = new SegmentTimeout(log);
        return () -> new Timeout(timeout);
    }

    /// Without any quartz.properties: daemon threads of our name, nothing stored.
    private static Scheduler quartz(World world, Map<Class<? extends Job>, Supplier<Job>> jobs, OpenJobs open)
            throws SchedulerException {
        SimpleThreadPool threads = new SimpleThreadPool(2, Thread.NORM_PRIORITY);
        threads.setThreadNamePrefix(NAME);
        threads.setMakeThreadsDaemons(true);
        threads.initialize();
        String name = NAME + "-" + Long.toHexString(world.random().nextLong());
        DirectSchedulerFactory factory = DirectSchedulerFactory.getInstance();
        factory.createScheduler(name, name, threads, new RAMJobStore());
        Scheduler scheduler = factory.getScheduler(name);
        scheduler.setJobFactory((bundle, _) -> open.of(jobs.get(bundle.getJobDetail().getJobClass()).get()));
        return scheduler;
    }

    private static void every(Scheduler scheduler, Class<? extends Job> job, Instant now, Duration period)
            throws SchedulerException {
        // A tick that was missed counts once, whenever there is time for it.
        SimpleScheduleBuilder ticks = SimpleScheduleBuilder.simpleSchedule()
                .withIntervalInMilliseconds(period.toMillis()).repeatForever()
                .withMisfireHandlingInstructionNowWithRemainingCount();
        scheduler.scheduleJob(JobBuilder.newJob(job).withIdentity(job.getSimpleName()).build(),
                TriggerBuilder.newTrigger().withIdentity(job.getSimpleName()).withSchedule(ticks)
                        .startAt(Date.from(now.plus(period))).build());
    }

    /// Waits for what runs, and lets the threads end, Quartz' own too, which is no daemon.
    @Override
    public void close() {
        try {
            scheduler.shutdown(false);
        } catch (SchedulerException e) {
            throw new IllegalStateException("archive schedule could not be ended", e);
        } finally {
            open.close();
        }
    }

    /// Ends a segment if anything important was written since the last tick that did.
    static final class SegmentTimeout {

        private final ArchivableLog log;
        // At first nobody knows what the open segment holds from before: one end too many is cheap.
        private Lsn lastSwitched = Lsn.INVALID;

        SegmentTimeout(ArchivableLog log) {
            this.log = log;
        }

        /// @return whether a segment was ended
        synchronized boolean tick() throws IOException {
            Lsn important = log.lastImportantLsn();
            if (!important.isAfter(lastSwitched)) {
                return false;
            }
            log.switchSegment();
            lastSwitched = important;
            return true;
        }
    }

    @DisallowConcurrentExecution
    private record Sweep(Runnable sweep) implements Job {
        @Override
        public void execute(JobExecutionContext tick) {
            sweep.run();
        }
    }

    @DisallowConcurrentExecution
    private record Timeout(SegmentTimeout timeout) implements Job {
        @Override
        public void execute(JobExecutionContext tick) {
            try {
                timeout.tick();
            } catch (IOException | RuntimeException e) {
                // The next tick tries again; a log that failed for good tells its own story.
                LOG.warn("archive_timeout could not end the segment: {}", e.getMessage());
            }
        }
    }
}
