package dev.seawall.wal.record.xlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.wal.Checkpoint;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RandomRecords;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.ResourceManagerId;
import dev.seawall.wal.record.SealedBytes;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.ClogZeroPage;
import dev.seawall.wal.record.body.RunningXacts;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class XlogRecordsTest {

    private final EncodedRecord encoded = new EncodedRecord(64);

    @AfterEach
    void close() {
        encoded.close();
    }

    private WalRecord decoded() throws MalformedRecordException {
        return SealedBytes.decode(encoded);
    }

    private static final Checkpoint CHECKPOINT = Checkpoint.of(new Lsn(0x100_0028), new TimelineId(2),
            TimelineId.FIRST, 0x1_0000_02DBL, 731, Instant.ofEpochSecond(1_700_000_000));

    @Test
    void a_checkpoint_is_114_bytes_with_its_redo_point_where_the_writer_may_put_it() throws Exception {
        new CheckpointRecord(true, CHECKPOINT).encode(encoded);
        encoded.body().putLong(CheckpointRecord.REDO_OFFSET, 0x200_0028);

        WalRecord record = decoded();

        assertThat(record.totalLength()).isEqualTo(114);
        assertThat(record.kind()).isEqualTo(XlogKind.CHECKPOINT_SHUTDOWN);
        CheckpointRecord checkpoint = CheckpointRecord.decode(record);
        assertThat(checkpoint.isShutdown()).isTrue();
        assertThat(checkpoint.checkpoint().redo()).isEqualTo(new Lsn(0x200_0028));
        assertThat(checkpoint.checkpoint().nextXid()).isEqualTo(0x1_0000_02DBL);
        assertThat(checkpoint.checkpoint().previousTimeline()).isEqualTo(TimelineId.FIRST);
    }

    @Test
    void an_online_checkpoint_comes_back_whole() throws Exception {
        new CheckpointRecord(false, CHECKPOINT).encode(encoded);

        assertThat(CheckpointRecord.is(decoded())).isTrue();
        assertThat(CheckpointRecord.decode(decoded())).isEqualTo(new CheckpointRecord(false, CHECKPOINT));
    }

    @Test
    void a_switch_is_a_bare_header() throws Exception {
        SegmentSwitch.encode(encoded);

        assertThat(decoded().totalLength()).isEqualTo(24);
        assertThat(SegmentSwitch.is(decoded())).isTrue();
    }

    @Test
    void the_small_kinds_come_back() throws Exception {
        new NextOid(-5).encode(encoded);
        assertThat(NextOid.decode(decoded())).isEqualTo(new NextOid(-5));
        new BackupEnd(new Lsn(0x600_0028)).encode(encoded);
        assertThat(BackupEnd.decode(decoded())).isEqualTo(new BackupEnd(new Lsn(0x600_0028)));
        new FullPageWritesChange(true).encode(encoded);
        assertThat(FullPageWritesChange.decode(decoded()).isOn()).isTrue();
        ParameterChange change = new ParameterChange(100, 8, 10, 0, 64, 2, true, false);
        change.encode(encoded);
        assertThat(ParameterChange.decode(decoded())).isEqualTo(change);
        EndOfRecovery end = new EndOfRecovery(7, new TimelineId(3), new TimelineId(2));
        end.encode(encoded);
        assertThat(EndOfRecovery.decode(decoded())).isEqualTo(end);
        OverwriteContinuation overwrite = new OverwriteContinuation(new Lsn(9), 8);
        overwrite.encode(encoded);
        assertThat(OverwriteContinuation.decode(decoded())).isEqualTo(overwrite);
        XlogKind.encodeNoop(encoded);
        assertThat(XlogKind.is(decoded(), XlogKind.NOOP)).isTrue();
    }

    @Test
    void a_restore_point_has_a_name_of_up_to_63_bytes() throws Exception {
        RestorePoint point = new RestorePoint(5, "before the upgrade, \u00e9");
        point.encode(encoded);

        assertThat(RestorePoint.decode(decoded())).isEqualTo(point);
        assertThat(decoded().totalLength()).isEqualTo(24 + 2 + 72);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nul\0inside", "0123456789012345678901234567890123456789012345678901234567890123"})
    void a_restore_points_name_that_does_not_fit_is_refused(String name) {
        assertThatThrownBy(() -> new RestorePoint(5, name).encode(encoded))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("HINT:");
    }

    @Test
    void garbage_behind_a_restore_points_name_is_not_part_of_it() throws Exception {
        byte[] main = new byte[72];
        java.util.Arrays.fill(main, 8, 72, (byte) 'x');
        main[11] = 0;
        RandomRecords.encode(encoded, ResourceManagerId.XLOG, XlogKind.RESTORE_POINT, 0, 0, 0, List.of(), main);

        assertThat(RestorePoint.decode(decoded()).name()).isEqualTo("xxx");
    }

    @Test
    void main_data_too_short_for_its_kind_is_refused() throws Exception {
        for (int kind : new int[] {XlogKind.CHECKPOINT_ONLINE, XlogKind.RESTORE_POINT, XlogKind.END_OF_RECOVERY}) {
            RandomRecords.encode(encoded, ResourceManagerId.XLOG, kind, 0, 0, 0, List.of(), new byte[15]);
            WalRecord record = decoded();
            assertThatThrownBy(() -> {
                CheckpointRecord.decode(record);
                RestorePoint.decode(record);
                EndOfRecovery.decode(record);
            }).isInstanceOf(MalformedRecordException.class).hasMessageContaining("15 bytes of main data");
        }
    }

    @Test
    void a_timeline_of_zero_is_refused() throws Exception {
        RandomRecords.encode(encoded, ResourceManagerId.XLOG, XlogKind.END_OF_RECOVERY, 0, 0, 0, List.of(),
                new byte[16]);
        WalRecord record = decoded();

        assertThatThrownBy(() -> EndOfRecovery.decode(record)).isInstanceOf(MalformedRecordException.class);
    }

    @Test
    void running_transactions_come_back_and_impossible_counts_do_not() throws Exception {
        RunningXacts running = RunningXacts.of(740, 731, 739, List.of(731, 735));
        running.encode(encoded);

        assertThat(RunningXacts.decode(decoded())).isEqualTo(running);

        byte[] main = ByteBuffer.allocate(24).order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putInt(0, Integer.MAX_VALUE).putInt(4, Integer.MAX_VALUE).array();
        RandomRecords.encode(encoded, ResourceManagerId.STANDBY, RunningXacts.KIND, 0, 0, 0, List.of(), main);
        WalRecord record = decoded();
        assertThatThrownBy(() -> RunningXacts.decode(record)).isInstanceOf(MalformedRecordException.class);
    }

    @Test
    void the_first_xid_of_each_32768_begins_a_page_of_the_commit_log() throws Exception {
        assertThat(ClogZeroPage.beginningAt(32_768 * 3)).isEqualTo(3);
        assertThat(ClogZeroPage.beginningAt(32_769)).isEqualTo(-1);
        assertThat(ClogZeroPage.beginningAt(-32_768)).isEqualTo(131_071);
        new ClogZeroPage(3).encode(encoded);
        assertThat(ClogZeroPage.decode(decoded())).isEqualTo(new ClogZeroPage(3));
    }
}
