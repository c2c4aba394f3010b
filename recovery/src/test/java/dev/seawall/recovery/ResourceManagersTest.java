package dev.seawall.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who takes part in redo, and where they live.
final class ResourceManagersTest {

    private static final Path BASE = Path.of("/data/base");

    @Test
    void engines_are_found_by_service_loader() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        disk.makeDirectories(BASE);
        try (ResourceManagers managers = ResourceManagers.load(null)) {
            managers.open(disk, BASE, new SystemWorld());
            assertThat(managers.engine(LedgerEngine.class).balances()).isEmpty();
            disk.crash();
            disk.restart();
            assertThat(disk.list(BASE.resolve("engines"))).containsExactly("ledger");
        }
    }

    @Test
    void an_engine_that_is_not_there_is_named() {
        assertThatThrownBy(() -> ResourceManagers.of(null, List.of()).engine(LedgerEngine.class))
                .hasMessageContaining("LedgerEngine").hasMessageContaining("HINT");
    }

    @Test
    void two_of_one_name_are_refused() {
        assertThatThrownBy(() -> ResourceManagers.of(null, List.of(new LedgerEngine(), new LedgerEngine())))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("\"ledger\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Ledger", "a.b", "a b", "seawall", "ü", "../etc"})
    void bad_names_are_refused(String name) {
        assertThatThrownBy(() -> ResourceManagers.of(null, List.of(new Named(name, new ArrayList<>()))))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("\"" + name + "\"");
    }

    @Test
    void they_are_opened_in_order_and_closed_in_reverse_and_all_of_them() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        disk.makeDirectories(BASE);
        List<String> calls = new ArrayList<>();
        ResourceManagers managers = ResourceManagers.of(null,
                List.of(new Named("c", calls), new Named("a", calls), new Named("b", calls)));
        managers.open(disk, BASE, new SystemWorld());
        assertThatThrownBy(managers::close).hasMessage("c is broken");
        assertThat(calls).containsExactly("open a", "open b", "open c", "close c", "close b", "close a");
    }

    @Test
    void an_engine_that_has_state_but_is_not_there_is_missed() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        disk.makeDirectories(BASE.resolve("engines/ledger"));
        assertThatThrownBy(() -> ResourceManagers.of(null, List.of()).open(disk, BASE, new SystemWorld()))
                .isInstanceOf(IOException.class).hasMessageContaining("\"ledger\"").hasMessageContaining("HINT");
        ResourceManagers.of(null, List.of(new LedgerEngine())).open(disk, BASE, new SystemWorld());
    }

    @Test
    void an_idle_engine_does_not_hold_the_redo_point_back() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        disk.makeDirectories(BASE);
        ResourceManagers managers = ResourceManagers.of(null, List.of(new LedgerEngine()));
        managers.open(disk, BASE, new SystemWorld());
        assertThat(managers.checkpoint(new Lsn(5_000))).isEqualTo(new Lsn(5_000));
    }

    @Test
    void an_engine_whose_state_is_behind_what_it_was_handed_does() throws IOException {
        Named lazy = new Named("lazy", new ArrayList<>());
        ResourceManagers managers = ResourceManagers.of(null, List.of(lazy));
        Recipient recipient = managers.ofMessage("lazy").getFirst();
        recipient.hand(new Empty(), new Lsn(3_000));
        assertThat(managers.checkpoint(new Lsn(5_000))).isEqualTo(new Lsn(7));
    }

    private record Empty() implements CommittedTransaction {
        @Override
        public long xid() {
            return 0;
        }

        @Override
        public java.time.Instant commitTime() {
            return java.time.Instant.EPOCH;
        }

        @Override
        public Lsn firstLsn() {
            return Lsn.INVALID;
        }

        @Override
        public void forEach(Visitor visitor) {}
    }

    /// Notes the calls; durable up to 7, always.
    private record Named(String name, List<String> calls) implements ResourceManager {

        @Override
        public void open(Disk disk, Path home, World world) {
            calls.add("open " + name);
        }

        @Override
        public void redo(CommittedTransaction transaction, Lsn commitLsn) {}

        @Override
        public Lsn checkpoint() {
            return applied();
        }

        @Override
        public Lsn applied() {
            return new Lsn(7);
        }

        @Override
        public void awaitApplied(Lsn lsn) {}

        @Override
        public void close() throws IOException {
            calls.add("close " + name);
            if (name.equals("c")) {
                throw new IOException("c is broken");
            }
        }
    }
}
