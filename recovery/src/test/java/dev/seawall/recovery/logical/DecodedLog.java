package dev.seawall.recovery.logical;

import dev.seawall.recovery.TestLog;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.walwriter.logical.LogicalDecoder;
import dev.seawall.walwriter.logical.LogicalDecoding;
import dev.seawall.walwriter.logical.OutputPlugin;
import dev.seawall.walwriter.logical.PluginOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// A log in memory, decoded.
final class DecodedLog implements AutoCloseable {

    static final Path ROOM = Path.of("/held");
    private static final long MUCH = 64L << 20;

    /// What the plug-in wrote.
    record Text(Lsn lsn, long xid, String text) {}

    final List<Text> texts = new ArrayList<>();
    final LogicalDecoder decoder;

    DecodedLog(TestLog log, SimulatedDisk disk, Lsn restart, Lsn after, long memoryBytes, OutputPlugin plugin,
            List<PluginOption> options, Predicate<Lsn> isEnough) throws IOException {
        LogicalDecoding.Source source = new LogicalDecoding.Source(new WalReader(log, log.layout()), log.layout(),
                restart, after, 3, log::end);
        LogicalDecoding.Room room = new LogicalDecoding.Room(disk, new SystemWorld(), ROOM, memoryBytes);
        decoder = LogicalDecoding.load().orElseThrow()
                .open(source, room, plugin.open(options, this::write).changes(), isEnough);
    }

    static DecodedLog of(TestLog log, OutputPlugin plugin, PluginOption... options) throws IOException {
        return new DecodedLog(log, new SimulatedDisk(1), begin(log), Lsn.INVALID, MUCH, plugin, List.of(options),
                _ -> false);
    }

    static DecodedLog from(TestLog log, Lsn restart, Lsn after) throws IOException {
        return new DecodedLog(log, new SimulatedDisk(1), restart, after, MUCH, OutputPlugin.TEST_DECODING, List.of(),
                _ -> false);
    }

    static Lsn begin(TestLog log) {
        return new Lsn(log.layout().segmentBytes());
    }

    private void write(Lsn lsn, long xid, ByteBuffer text) {
        texts.add(new Text(lsn, xid, StandardCharsets.UTF_8.decode(text).toString()));
    }

    DecodedLog run() throws IOException {
        while (!decoder.isStopped() && decoder.hasWork()) {
            decoder.step();
        }
        return this;
    }

    List<String> lines() throws IOException {
        return run().texts.stream().map(Text::text).toList();
    }

    @Override
    public void close() throws IOException {
        decoder.close();
    }
}
