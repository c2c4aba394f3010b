package dev.seawall.tools.testfsync.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Machines made of files: what their /proc and /sys would say.
final class StorageTest {

    private static final Speed USUAL = new Speed(90_000, 50_000);

    @TempDir
    Path machine;

    private Path proc;
    private Path sys;
    private Path place;

    @BeforeEach
    void empty() throws IOException {
        machine = machine.toRealPath();
        proc = machine.resolve("proc");
        sys = machine.resolve("sys");
        place = Files.createDirectories(machine.resolve("my data/pg_wal"));
    }

    private void file(Path path, String text) throws IOException {
        Files.createDirectories(path.getParent());
        Files.writeString(path, text + "\n");
    }

    /// A file system above the place, and one at the root.
    private void mounted(String device, String type, String options) throws IOException {
        file(proc.resolve("self/mountinfo"), "26 1 8:1 / / rw,relatime shared:1 - xfs /dev/root rw,attr2\n"
                + "36 26 " + device + " / " + machine.toString().replace(" ", "\\040")
                + "/my\\040data rw,noatime shared:2 master:1 - " + type + " /dev/it rw," + options
                + "\n37 26 0:99 / /elsewhere rw - tmpfs tmpfs rw");
    }

    private Path disk(String number, String name, String cache, String rotational) throws IOException {
        Path disk = sys.resolve("devices/" + name);
        file(disk.resolve("queue/write_cache"), cache);
        file(disk.resolve("queue/fua"), "1");
        file(disk.resolve("queue/rotational"), rotational);
        file(disk.resolve("queue/physical_block_size"), "4096");
        file(disk.resolve("queue/scheduler"), "none [mq-deadline] bfq");
        link(number, disk);
        return disk;
    }

    private void link(String number, Path to) throws IOException {
        Path links = Files.createDirectories(sys.resolve("dev/block"));
        Files.createSymbolicLink(links.resolve(number), to);
    }

    private Storage storage() throws IOException {
        return Storage.of(place, proc, sys);
    }

    private Verdict verdict(Speed speed) throws IOException {
        return Verdict.of(storage(), Optional.of(speed));
    }

    private String told(Finding.Level level, Speed speed) throws IOException {
        List<String> texts = verdict(speed).findings().stream().filter(finding -> finding.level() == level)
                .map(Finding::text).toList();
        return String.join("\n", texts);
    }

    @Test
    void a_place_is_on_the_nearest_file_system_above_it_also_with_blanks_in_its_name() throws IOException {
        mounted("8:17", "ext4", "data=ordered");
        Path disk = disk("8:16", "sdb", "write back", "0");
        file(disk.resolve("sdb1/partition"), "1");
        link("8:17", disk.resolve("sdb1"));
        file(proc.resolve("fs/ext4/sdb1/options"), "rw\nbarrier\ndata=ordered");

        Storage storage = storage();

        assertThat(storage.mount().at()).isEqualTo(machine.resolve("my data"));
        assertThat(storage.mount().options()).containsExactly("rw", "noatime", "data=ordered");
        assertThat(storage.device()).hasValue(
                new BlockDevice("sdb", true, true, false, 4096, "mq-deadline", "", List.of()));
        assertThat(storage.isWithoutJournal()).isFalse();
        assertThat(verdict(USUAL).isDangerous()).isFalse();
        assertThat(told(Finding.Level.WARNING, USUAL)).isEmpty();
        assertThat(told(Finding.Level.NOTE, USUAL)).contains("costs about 40 us");
    }

    @Test
    void of_two_mounts_at_one_place_the_last_is_seen() {
        List<String> lines = List.of("1 0 8:1 / /a rw - ext4 /dev/old rw", "2 0 8:2 / /a rw - xfs /dev/new rw");

        assertThat(Mount.of(lines, Path.of("/a/b"))).map(Mount::source).hasValue("/dev/new");
        assertThat(Mount.of(lines, Path.of("/ab"))).isEmpty();
    }

    @Test
    void an_ext4_that_names_no_data_mode_has_no_journal() throws IOException {
        mounted("8:16", "ext4", "discard");
        disk("8:16", "sdb", "write back", "0");
        file(proc.resolve("fs/ext4/sdb/options"), "rw\nbarrier\ndiscard");

        assertThat(storage().isWithoutJournal()).isTrue();
        assertThat(told(Finding.Level.WARNING, USUAL)).contains("no journal").contains("fsck");
    }

    @Test
    void without_barriers_what_was_acknowledged_may_be_lost() throws IOException {
        mounted("8:16", "ext4", "data=ordered");
        disk("8:16", "sdb", "write back", "0");
        file(proc.resolve("fs/ext4/sdb/options"), "rw\nnobarrier\ndata=ordered");

        assertThat(verdict(USUAL).isDangerous()).isTrue();
        assertThat(verdict(USUAL).findings().getFirst().text()).contains("without barriers");
    }

    @Test
    void memory_is_no_disk() throws IOException {
        mounted("0:99", "tmpfs", "size=1g");

        assertThat(storage().device()).isEmpty();
        assertThat(told(Finding.Level.DANGER, USUAL)).contains("This is memory (tmpfs)");
    }

    @Test
    void an_overlay_is_told_from_a_volume_and_a_volatile_one_syncs_nothing() throws IOException {
        mounted("0:50", "overlay", "lowerdir=/l,upperdir=/var/up,workdir=/w");
        assertThat(told(Finding.Level.WARNING, USUAL)).contains("overlay").contains("/var/up");
        assertThat(verdict(USUAL).isDangerous()).isFalse();

        for (String option : List.of("volatile", "fsync=volatile")) {
            mounted("0:50", "overlay", "lowerdir=/l,upperdir=/u,workdir=/w," + option);
            assertThat(verdict(USUAL).isDangerous()).as(option).isTrue();
        }
    }

    @Test
    void what_is_on_the_network_or_a_program_is_said() throws IOException {
        mounted("0:51", "nfs4", "vers=4.2,sync");
        assertThat(told(Finding.Level.WARNING, USUAL)).contains("nfs4 is not on this machine").contains("export");
        mounted("0:51", "fuse.sshfs", "user_id=0");
        assertThat(told(Finding.Level.WARNING, USUAL)).contains("is a program");
        mounted("0:51", "cifs", "nostrictsync");
        assertThat(told(Finding.Level.DANGER, USUAL)).contains("nostrictsync");
    }

    @Test
    void what_is_faster_than_it_can_be_is_pointed_out() throws IOException {
        mounted("8:16", "xfs", "attr2");
        disk("8:16", "sdb", "write back", "1");

        assertThat(told(Finding.Level.WARNING, USUAL)).contains("says that it turns").contains("90 us");
        assertThat(told(Finding.Level.WARNING, new Speed(8_000_000, 1_000_000))).isEmpty();
        assertThat(told(Finding.Level.DANGER, new Speed(3_000, 0))).contains("no disk answers that fast");
        assertThat(told(Finding.Level.DANGER, new Speed(20_000, 60_000))).contains("that method's sync does nothing");
    }

    @Test
    void a_flush_that_costs_nothing_is_pointed_out_where_there_is_a_cache_to_be_emptied() throws IOException {
        mounted("8:16", "xfs", "attr2");
        disk("8:16", "nvme0n1", "write back", "0");

        assertThat(told(Finding.Level.WARNING, new Speed(50_000, 49_500))).contains("emptying it costs nothing");
    }

    @Test
    void what_is_below_a_logical_volume_or_a_loop_counts_too() throws IOException {
        mounted("253:0", "xfs", "attr2");
        Path disk = disk("8:0", "sda", "write through", "0");
        Path volume = disk("253:0", "dm-0", "write back", "0");
        Files.createDirectories(volume.resolve("slaves"));
        Files.createSymbolicLink(volume.resolve("slaves/sda"), disk);
        file(volume.resolve("loop/backing_file"), "/images/a");

        assertThat(told(Finding.Level.NOTE, USUAL)).contains("dm-0 is the file /images/a")
                .contains("sda says that it has no cache");
    }
}
