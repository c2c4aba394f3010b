package dev.seawall.walwriter.slots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.walwriter.cluster.Slots.WalStatus;
import dev.seawall.witness.PostgresServer;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// `wal_status` and `safe_wal_size` beside those of a real PostgreSQL 15 at the same positions.
final class SlotLimitTest {

    private static final long MIB = 1 << 20;
    private static final PageLayout LAYOUT = new PageLayout(1 << 20);

    private static void logSegment(WireClient client) throws IOException {
        client.query("SELECT pg_logical_emit_message(true, 'app', repeat('x', 300000))");
        client.query("SELECT pg_switch_wal()");
    }

    /// Compares at one place after the other, until the slot has lost its log there.
    private static Set<WalStatus> compare(WireClient client, SlotLimit limit, int segments) throws IOException {
        Set<WalStatus> seen = EnumSet.noneOf(WalStatus.class);
        for (int i = 0; i < segments; i++) {
            List<@Nullable String> row = client.query("SELECT restart_lsn, pg_current_wal_lsn(), wal_status,"
                    + " safe_wal_size FROM pg_replication_slots").rows().getFirst();
            if ("lost".equals(row.get(2))) {
                return seen;
            }
            Lsn restart = Lsn.parse(String.valueOf(row.get(0)));
            Lsn end = Lsn.parse(String.valueOf(row.get(1)));
            WalStatus status = limit.status(restart, end, LAYOUT);
            assertThat(status.name().toLowerCase(Locale.ROOT)).as("%s at %s", restart, end).isEqualTo(row.get(2));
            Long safe = limit.safeBytes(restart, end, LAYOUT);
            assertThat(safe == null ? null : safe.toString()).as("%s at %s", restart, end).isEqualTo(row.get(3));
            seen.add(status);
            logSegment(client);
        }
        return seen;
    }

    @Test
    void a_slots_log_is_as_certain_as_PostgreSQL_says() throws Exception {
        try (PostgresServer server = PostgresServer.create("--wal-segsize=1").configure("min_wal_size=2MB",
                "max_wal_size=2MB", "max_slot_wal_keep_size=20MB", "checkpoint_timeout=1h").start();
                WireClient client = WireClient.connect(new Address.UnixSocket(
                        server.socketDirectory().resolve(".s.PGSQL.5432")), Login.of("postgres", "test"))) {
            client.query("SELECT pg_create_physical_replication_slot('s', true)");
            assertThat(compare(client, new SlotLimit(20 * MIB, 0, 2 * MIB), 6))
                    .containsExactly(WalStatus.RESERVED, WalStatus.EXTENDED);
            reload(server, client, "max_wal_size=1GB", "max_slot_wal_keep_size=9MB", "wal_keep_size=5MB");
            assertThat(compare(client, new SlotLimit(9 * MIB, 5 * MIB, 1024 * MIB), 8))
                    .containsExactly(WalStatus.RESERVED, WalStatus.UNRESERVED);
            reload(server, client, "max_slot_wal_keep_size=-1");
            assertThat(compare(client, new SlotLimit(-1, 5 * MIB, 1024 * MIB), 1))
                    .containsExactly(WalStatus.RESERVED);
        }
    }

    private static void reload(PostgresServer server, WireClient client, String... lines) throws IOException {
        server.configure(lines);
        client.query("SELECT pg_reload_conf()");
        String[] last = lines[0].split("=", 2);
        while (!last[1].equals(client.query("SHOW " + last[0]).value())) {
            // It reads its file anew when it has the signal.
            client.query("SELECT pg_sleep(0.01)");
        }
    }
}
