package dev.seawall.tools.walbench.ours;

import dev.seawall.tools.walbench.contest.Contestant;
import dev.seawall.tools.walbench.contest.Entry;
import dev.seawall.tools.walbench.load.Load;
import dev.seawall.tools.walbench.load.Measurement;
import dev.seawall.wal.disk.LinuxDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// The disk alone, in turns with the logs: what it can do changes from minute to minute.
public final class DiskContestant implements Contestant {

    /// 4 KiB at a time, O_DIRECT and O_DSYNC.
    public static final String DIRECT = "disk-direct";
    /// 4 KiB at a time and fdatasync.
    public static final String BUFFERED = "disk-fdatasync";
    /// 2 MiB at a time, O_DIRECT and O_DSYNC.
    public static final String BANDWIDTH = "disk-bandwidth";

    private final String name;
    private final String title;
    private final Method method;

    /// One way to use it.
    @FunctionalInterface
    interface Method {
        Measurement run(DiskLimit limit, Duration warmUp, Duration time) throws IOException;
    }

    DiskContestant(String name, String title, Method method) {
        this.name = name;
        this.title = title;
        this.method = method;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public Group group() {
        return Group.DISK;
    }

    @Override
    public boolean runs(Load load) {
        return load.kind() == Load.Kind.DISK;
    }

    @Override
    public Entry open(Path directory, int bytes) {
        return new Entry() {
            @Override
            public Measurement run(Load load, Duration warmUp, Duration time) throws IOException {
                return method.run(new DiskLimit(new LinuxDisk(), directory), warmUp, time);
            }

            @Override
            public void close() {
                // Nothing is open between two runs.
            }
        };
    }
}
