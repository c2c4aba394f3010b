package dev.seawall.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.settings.LiveSettings;
import dev.seawall.settings.ServerSettings;
import dev.seawall.settings.Settings;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.client.ServerException;
import dev.seawall.walwriter.client.WireClient;
import dev.seawall.walwriter.process.WalServer;
import dev.seawall.walwriter.start.ClusterInit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One JVM with all roles, served by PostgreSQL's protocol.
class ServedSeawallTest {

    private static final int PORT = 5432;

    private final Disk disk = new LinuxDisk();
    private final World world = new SystemWorld();
    private Path directory;
    private Seawall seawall;
    private WalServer server;

    @BeforeEach
    void serve() throws IOException {
        // Short, for the socket's path.
        directory = Files.createTempDirectory("sw").resolve("c");
        Seawall.init(disk, world, directory, ClusterInit.Options.of(7_000_000_000_000_000_002L));
        seawall = Seawall.open(disk, world, directory, SeawallOptions.DEFAULT);
        server = seawall.serve(LiveSettings.fixed(Settings.defaults().with(ServerSettings.LISTEN_ADDRESSES, "")));
    }

    @AfterEach
    void close() throws IOException {
        try (Seawall last = seawall; WalServer first = server) {
            assertThat(last).isNotSameAs(first);
        }
    }

    private WireClient connect() throws IOException {
        return WireClient.connect(new Address.UnixSocket(directory.resolve(".s.PGSQL." + PORT)),
                Login.of(System.getProperty("user.name"), "test"));
    }

    @Test
    void a_page_written_by_a_statement_is_read_back_with_everything_durable_in_it() throws IOException {
        try (WireClient client = connect()) {
            client.query("select page_extend(1000, 1)");
            client.query("begin");
            client.query("select page_write(1000, 0, 100, '\\x5ea0a110')");
            client.query("commit");

            assertThat(client.query("select page_read(1000, 0, 100, 4)").rows())
                    .isEqualTo(List.of(List.of("\\x5ea0a110")));
        }
    }

    @Test
    void a_checkpoint_moves_the_redo_point_behind_what_was_committed() throws IOException {
        try (WireClient client = connect()) {
            client.query("select pg_logical_emit_message(true, 'x', 'y')");
            var before = seawall.status().redoPoint();

            client.query("checkpoint");

            assertThat(seawall.status().redoPoint()).isGreaterThan(before);
        }
    }

    @Test
    void closing_the_server_tells_its_clients_and_leaves_the_cluster_open() throws IOException {
        try (WireClient client = connect()) {
            server.close();

            assertThatThrownBy(() -> client.query("select 1")).isInstanceOf(IOException.class);
            assertThat(seawall.wal().failure()).isNull();
        }
        assertThatThrownBy(this::connect).isInstanceOf(IOException.class).isNotInstanceOf(ServerException.class);
    }
}
