package dev.seawall.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.ControlFile.State;
import dev.seawall.witness.PostgresPrograms;
import dev.seawall.witness.PostgresPrograms.Output;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// pg_controldata reads what we write.
final class ControlFileWitnessTest {

    private static final Instant TIME = Instant.ofEpochSecond(1_795_341_600);

    @TempDir
    Path data;

    private Output controlData(ControlFile control) throws IOException {
        byte[] content = new byte[ControlFile.BYTES];
        ByteBuffer sector = control.toSector();
        sector.get(0, content, 0, sector.limit());
        Files.createDirectories(data.resolve("global"));
        Files.write(data.resolve("global/pg_control"), content);
        return PostgresPrograms.run("pg_controldata", "-D", data.toString());
    }

    private static ControlFile control(State state) {
        Checkpoint checkpoint = Checkpoint.of(new Lsn(0x1_0000_0028L), new TimelineId(3), new TimelineId(2),
                0x2_0000_02DBL, 731, TIME);
        return ControlFile.create(7_300_000_000_000_000_001L, state, TIME, new Lsn(0x1_0000_00A0L), checkpoint,
                PageLayout.SEGMENT_BYTES_DEFAULT, 100);
    }

    @Test
    void pg_controldata_reads_every_field_that_we_set() throws Exception {
        Output output = controlData(control(State.IN_PRODUCTION));

        assertThat(output.err()).isEmpty();
        assertThat(output.orFail().replaceAll(" {2,}", " ").lines()).contains(
                "pg_control version number: 1300",
                "Catalog version number: 202209061",
                "Database system identifier: 7300000000000000001",
                "Database cluster state: in production",
                "Latest checkpoint location: 1/A0",
                "Latest checkpoint's REDO location: 1/28",
                "Latest checkpoint's REDO WAL file: 000000030000000100000000",
                "Latest checkpoint's TimeLineID: 3",
                "Latest checkpoint's PrevTimeLineID: 2",
                "Latest checkpoint's full_page_writes: on",
                "Latest checkpoint's NextXID: 2:731",
                "Latest checkpoint's oldestActiveXID: 731",
                "wal_level setting: logical",
                "max_connections setting: 100",
                "Bytes per WAL segment: 16777216",
                "Data page checksum version: 1");
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void every_state_is_one_that_pg_controldata_knows(State state) throws Exception {
        Output output = controlData(control(state));

        assertThat(output.out()).doesNotContain("unrecognized").doesNotContain("WARNING");
        assertThat(output.err()).isEmpty();
    }

    @Test
    void a_wrong_checksum_is_noticed_by_pg_controldata_and_by_us() throws Exception {
        byte[] sector = control(State.SHUT_DOWN).toSector().array();
        sector[40] ^= 1;
        Files.createDirectories(data.resolve("global"));
        Files.write(data.resolve("global/pg_control"), java.util.Arrays.copyOf(sector, ControlFile.BYTES));

        Output output = PostgresPrograms.run("pg_controldata", "-D", data.toString());

        assertThat(output.out() + output.err()).contains("Calculated CRC checksum does not match");
        org.assertj.core.api.Assertions.assertThatThrownBy(
                () -> ControlFile.read(ByteBuffer.wrap(sector), "global/pg_control"))
                .isInstanceOf(WalCorruptException.class);
    }
}
