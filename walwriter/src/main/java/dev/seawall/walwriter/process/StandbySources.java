package dev.seawall.walwriter.process;

import dev.seawall.settings.LiveSettings;
import dev.seawall.settings.StandbySettings;
import dev.seawall.walwriter.SegmentSource;
import dev.seawall.walwriter.received.StandbyLog;
import dev.seawall.walwriter.standby.ArchiveUpstream;
import dev.seawall.walwriter.standby.FeedSource;
import dev.seawall.walwriter.standby.PrimaryUpstream;
import dev.seawall.walwriter.standby.Standby;
import dev.seawall.walwriter.start.ClusterLayout;
import java.util.List;

/// Where a standby's log comes from, as the settings say it.
final class StandbySources {

    private StandbySources() {}

    /// The archive, then the server that `primary_conninfo` names at the time.
    static List<FeedSource> of(StandbyLog log, SegmentSource archive, WalServer.Place place) {
        return List.of(
                new FeedSource("the archive", () -> new ArchiveUpstream(log, archive, place.disk(), place.world(),
                        ClusterLayout.wal(place.directory())), true),
                new FeedSource("the primary", () -> PrimaryUpstream.connect(place.disk(), place.world(),
                        where(place.settings())), false));
    }

    /// Which server is followed, as the settings say now.
    static PrimaryUpstream.Where where(LiveSettings settings) {
        return new PrimaryUpstream.Where(settings.get(StandbySettings.PRIMARY_CONNINFO),
                settings.get(StandbySettings.PRIMARY_SLOT_NAME), settings.get(StandbySettings.WAL_RECEIVER_TIMEOUT));
    }

    static Standby.Pace pace(LiveSettings settings) {
        return new Standby.Pace(() -> settings.get(StandbySettings.WAL_RETRIEVE_RETRY_INTERVAL),
                () -> settings.get(StandbySettings.WAL_RECEIVER_STATUS_INTERVAL));
    }
}
