package dev.seawall.peers;

import dev.seawall.tools.walbench.contest.Contestant;
import dev.seawall.tools.walbench.contest.Lineup;
import java.util.List;

/// All logs that `walbench peers` measures beside ours and that are libraries.
public final class PeerLineup implements Lineup {

    @Override
    public List<Contestant> contestants() {
        return List.of(
                new Peer("rocksdb", "RocksDB 11.8.1", RocksLog.JVM_FLAGS, RocksLog::new),
                new Peer("bookkeeper", "BookKeeper journal 4.17.2", List.of(), BookKeeperLog::new),
                new Peer("artemis-nio", "Artemis journal 2.44.0, NIO", List.of(), ArtemisLog::nio),
                new Peer("artemis-aio", "Artemis journal 2.44.0, AIO",
                        List.of("-Djava.library.path=" + ArtemisLog.libraries()), ArtemisLog::aio, ArtemisLog::noAio),
                new Peer("chronicle", "Chronicle Queue 2026.4", ChronicleLog.JVM_FLAGS, ChronicleLog::new),
                new Peer("ratis", "Ratis SegmentedRaftLog 3.3.0", List.of(), RatisLog::new));
    }
}
