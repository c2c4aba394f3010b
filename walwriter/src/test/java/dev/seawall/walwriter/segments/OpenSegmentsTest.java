package dev.seawall.walwriter.segments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.Disk.Open;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.SimulatedDisk;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is opened and closed when: never while somebody waits for it, and each file once.
final class OpenSegmentsTest {

    private static final Path WAL = Path.of("/pg_wal");
    private static final SegmentNumber FIRST = new SegmentNumber(1);
    private static final long PREPARED_END = 3;

    private final SimulatedDisk simulated = new SimulatedDisk(1);
    /// `open 1`, `close 1` and so on, by the segment's number.
    private final List<String> calls = new ArrayList<>();
    private final SegmentDirectory directory = new SegmentDirectory(
            observed(Disk.class, simulated, 0), WAL, new PageLayout(1 << 20), TimelineId.FIRST, 4711);
    private final OpenSegments files = new OpenSegments(directory, FlushPath.DEFAULT, FIRST);

    @BeforeEach
    void prepare() throws IOException {
        simulated.makeDirectories(WAL);
        for (long segment = FIRST.value(); segment < PREPARED_END; segment++) {
            make(segment);
        }
    }

    private void make(long segment) throws IOException {
        simulated.open(directory.fileOf(new SegmentNumber(segment)), Set.of(Open.CREATE_NEW)).close();
    }

    private <T> T observed(Class<T> type, T real, long segment) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type},
                (_, method, arguments) -> {
                    try {
                        if (method.getName().equals("open")) {
                            long opened = Long.parseLong(Path.of(arguments[0].toString()).getFileName().toString()
                                    .substring(16), 16);
                            DiskFile file = (DiskFile) method.invoke(real, arguments);
                            calls.add("open " + opened);
                            return observed(DiskFile.class, file, opened);
                        }
                        if (method.getName().equals("close")) {
                            calls.add("close " + segment);
                        }
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private List<String> called() {
        List<String> since = List.copyOf(calls);
        calls.clear();
        return since;
    }

    private DiskFile take(long segment) throws IOException {
        return files.take(segment);
    }

    @Test
    void a_crossing_neither_opens_nor_closes() throws IOException {
        files.step(PREPARED_END);
        assertThat(called()).containsExactly("open 1");
        DiskFile first = take(1);
        files.step(PREPARED_END);
        assertThat(called()).containsExactly("open 2");
        files.left(first);
        DiskFile second = take(2);
        assertThat(called()).as("by who crosses").isEmpty();

        assertThat(files.hasWork(PREPARED_END)).isTrue();
        files.step(PREPARED_END);
        assertThat(called()).as("by the preparer").containsExactly("close 1");
        assertThat(files.hasWork(PREPARED_END)).as("the third segment is not there").isFalse();
        second.close();
        files.close();
    }

    @Test
    void what_was_not_opened_in_time_is_opened_by_who_needs_it() throws IOException {
        take(1).close();
        take(2).close();
        assertThat(called()).containsExactly("open 1", "close 1", "open 2", "close 2");
        files.step(PREPARED_END);
        files.close();
        assertThat(called()).isEmpty();
    }

    @Test
    void a_file_opened_for_another_place_than_the_log_goes_to_is_closed() throws IOException {
        files.step(PREPARED_END);
        take(2).close();
        files.step(PREPARED_END);
        assertThat(called()).containsExactly("open 1", "open 2", "close 2", "close 1");

        take(1).close();
        files.step(PREPARED_END);
        files.close();
        assertThat(called()).containsExactly("open 1", "close 1", "open 2", "close 2");
    }

    @Test
    void one_that_cannot_be_opened_is_told_of_to_who_needs_it() throws IOException {
        take(2).close();
        files.step(4);
        assertThat(files.hasWork(4)).as("tried once").isFalse();
        assertThatThrownBy(() -> take(3)).isInstanceOf(NoSuchFileException.class);
        make(3);
        take(3).close();
    }
}
