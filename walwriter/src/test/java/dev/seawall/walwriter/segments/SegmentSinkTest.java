package dev.seawall.walwriter.segments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.Disk.Open;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.OffHeap;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.role.SystemWorld;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every way to make the log durable, on a disk that forgets what was not.
final class SegmentSinkTest {

    private static final Path WAL = Path.of("/pg_wal");
    private static final PageLayout LAYOUT = new PageLayout(1 << 20);
    private static final int PAGE = PageLayout.PAGE_BYTES;
    private static final SegmentNumber FIRST = new SegmentNumber(1);
    /// The last page of the first segment: two pages from here are in two files.
    private static final Lsn LAST_PAGE = LAYOUT.startOf(FIRST.plus(1)).plus(-PAGE);

    private static SegmentDirectory directory(Disk disk) {
        return new SegmentDirectory(disk, WAL, LAYOUT, TimelineId.FIRST, 4711);
    }

    private static SimulatedDisk disk(long seed) throws IOException {
        SimulatedDisk disk = new SimulatedDisk(seed);
        disk.makeDirectories(WAL);
        for (SegmentNumber segment : Set.of(FIRST, FIRST.plus(1))) {
            try (DiskFile file = disk.open(directory(disk).fileOf(segment), Set.of(Open.CREATE_NEW))) {
                file.write(ByteBuffer.allocate(LAYOUT.segmentBytes()), 0);
                file.sync();
            }
        }
        disk.syncDirectory(WAL);
        return disk;
    }

    private static SegmentSink sink(Disk disk, FlushPath path) {
        return sink(new OpenSegments(directory(disk), path, FIRST), disk);
    }

    private static SegmentSink sink(OpenSegments files, Disk disk) {
        return new SegmentSink(new SegmentPreparer(files, new SystemWorld(), FIRST, true,
                new ArchiveStatus(disk, WAL), cause -> {
                    throw new AssertionError(cause);
                }), files);
    }

    private static void append(SegmentSink sink) throws IOException {
        try (OffHeap pages = OffHeap.allocate(2 * PAGE)) {
            for (int at = 0; at < pages.bytes(); at++) {
                pages.view(at, 1).put((byte) 'n');
            }
            sink.append(LAST_PAGE.value(), pages.view(0, 2 * PAGE));
        }
    }

    private static String afterCrash(SimulatedDisk disk) throws IOException {
        disk.crash();
        disk.restart();
        StringBuilder found = new StringBuilder();
        for (SegmentNumber segment : new SegmentNumber[] {FIRST, FIRST.plus(1)}) {
            try (DiskFile file = disk.open(directory(disk).fileOf(segment), Set.of(Open.READ_ONLY))) {
                ByteBuffer page = ByteBuffer.allocate(PAGE);
                file.read(page, segment.equals(FIRST) ? LAYOUT.segmentBytes() - PAGE : 0);
                boolean isWhole = new String(page.array(), java.nio.charset.StandardCharsets.ISO_8859_1)
                        .equals("n".repeat(PAGE));
                found.append(isWhole ? 'n' : '-');
            }
        }
        return found.toString();
    }

    @ParameterizedTest
    @MethodSource("dev.seawall.walwriter.segments.FlushPath#all")
    void what_was_made_durable_survives_a_power_cut_in_both_segments(FlushPath path) throws IOException {
        for (long seed = 1; seed <= 20; seed++) {
            SimulatedDisk disk = disk(seed);
            SegmentSink sink = sink(disk, path);
            append(sink);
            sink.makeDurable();

            assertThat(sink.inUse()).isEqualTo(path);
            assertThat(afterCrash(disk)).as("seed " + seed).isEqualTo("nn");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.seawall.walwriter.segments.FlushPath#all")
    void what_was_only_appended_is_durable_with_the_methods_that_say_so(FlushPath path) throws IOException {
        Set<String> outcomes = new HashSet<>();
        for (long seed = 1; seed <= 20; seed++) {
            SimulatedDisk disk = disk(seed);
            append(sink(disk, path));
            outcomes.add(afterCrash(disk));
        }
        if (path.isDurableOnWrite()) {
            assertThat(outcomes).containsExactly("nn");
        } else {
            assertThat(outcomes).contains("--");
        }
    }

    @Test
    void without_o_direct_the_log_goes_through_the_page_cache_by_the_same_method() throws IOException {
        SimulatedDisk disk = disk(1);
        SegmentSink sink = sink(withoutDirect(disk), new FlushPath(SyncMethod.OPEN_SYNC, true));
        append(sink);
        sink.makeDurable();

        assertThat(sink.inUse()).isEqualTo(new FlushPath(SyncMethod.OPEN_SYNC, false));
        assertThat(afterCrash(disk)).isEqualTo("nn");
    }

    /// A file system that has no O_DIRECT.
    static Disk withoutDirect(Disk disk) {
        return (Disk) Proxy.newProxyInstance(Disk.class.getClassLoader(), new Class<?>[] {Disk.class},
                (_, method, arguments) -> {
                    if (method.getName().equals("open")) {
                        Set<Open> how = EnumSet.noneOf(Open.class);
                        ((Set<?>) arguments[1]).forEach(one -> how.add((Open) one));
                        how.remove(Open.DIRECT);
                        return disk.open((Path) arguments[0], how);
                    }
                    try {
                        return method.invoke(disk, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
