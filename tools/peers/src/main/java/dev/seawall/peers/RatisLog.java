package dev.seawall.peers;

import dev.seawall.tools.walbench.load.Engine;
import dev.seawall.tools.walbench.load.Stream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.raftlog.segmented.SegmentedRaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.StorageImplUtils;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.SizeInBytes;

/// The log of Ratis on one machine, without the consensus around it.
///
/// Durable: no unsafe and no asynchronous flush (the defaults); an entry's future completes after the worker has forced
/// the segment. Segments are larger than they come (8 MiB) and wholly allocated before, and its queue holds more than
/// any window.
final class RatisLog implements Engine, Stream.Futures<CompletableFuture<Long>> {

    private static final SizeInBytes SEGMENT = SizeInBytes.valueOf(64L << 20);

    private final RaftStorage storage;
    private final SegmentedRaftLog log;
    private final StateMachineLogEntryProto content;
    private long index;

    RatisLog(Path directory, int bytes) throws IOException {
        content = StateMachineLogEntryProto.newBuilder()
                .setLogData(UnsafeByteOperations.unsafeWrap(Payload.of(bytes))).build();
        RaftProperties settings = new RaftProperties();
        RaftServerConfigKeys.Log.setSegmentSizeMax(settings, SEGMENT);
        RaftServerConfigKeys.Log.setPreallocatedSize(settings, SEGMENT);
        RaftServerConfigKeys.Log.setWriteBufferSize(settings, SizeInBytes.valueOf(8L << 20));
        RaftServerConfigKeys.Log.setQueueElementLimit(settings, 1 << 16);
        RaftServerConfigKeys.Log.setQueueByteLimit(settings, SizeInBytes.valueOf(256L << 20));
        RaftServerConfigKeys.Log.setForceSyncNum(settings, 1 << 16);
        storage = StorageImplUtils.newRaftStorage(directory.toFile(), SizeInBytes.valueOf(0),
                RaftStorage.StartupOption.FORMAT, RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION);
        storage.initialize();
        log = SegmentedRaftLog.newBuilder()
                .setMemberId(RaftGroupMemberId.valueOf(RaftPeerId.valueOf("walbench"), RaftGroupId.randomId()))
                .setStorage(storage).setProperties(settings).build();
        log.open(-1, _ -> { });
        index = log.getStartIndex();
        if (index < 0) {
            index = 0;
        }
    }

    /// One at a time: a log's entries are numbered by its leader.
    @Override
    public synchronized CompletableFuture<Long> append() {
        return log.appendEntry(LogEntryProto.newBuilder().setTerm(1).setIndex(index++)
                .setStateMachineLogEntry(content).build());
    }

    @Override
    public boolean isDurable(CompletableFuture<Long> record) {
        return record.isDone() && !record.isCompletedExceptionally();
    }

    @Override
    public void await(CompletableFuture<Long> record) {
        record.join();
    }

    @Override
    public void commit() {
        append().join();
    }

    @Override
    public Stream stream() {
        return this;
    }

    @Override
    public void close() throws IOException {
        log.close();
        storage.close();
    }
}
