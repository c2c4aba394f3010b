package dev.seawall.walwriter.query.builtin;

import static dev.seawall.walwriter.query.builtin.Declare.argument;
import static dev.seawall.walwriter.query.builtin.Declare.constant;
import static dev.seawall.walwriter.query.builtin.Declare.record;
import static dev.seawall.walwriter.query.builtin.Declare.strict;
import static dev.seawall.walwriter.query.builtin.Privileges.superuser;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.SegmentName;
import dev.seawall.wal.SegmentNumber;
import dev.seawall.wal.record.xlog.RestorePoint;
import dev.seawall.walwriter.DurableLog;
import dev.seawall.walwriter.Wal;
import dev.seawall.walwriter.cluster.CheckpointerActivity;
import dev.seawall.walwriter.cluster.Cluster;
import dev.seawall.walwriter.cluster.Senders.Sender;
import dev.seawall.walwriter.cluster.Slots.Slot;
import dev.seawall.walwriter.query.Execution;
import dev.seawall.walwriter.query.SqlFunction;
import dev.seawall.walwriter.wire.Column;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Positions of the log and its segments' names.
///
/// Redo always runs here, not only on a standby: so what PostgreSQL tells of its standbys is told of
/// the checkpointer, which receives the log and redoes it, and is NULL only as long as it told nothing.
final class LogFunctions {

    /// The checkpointer's own slot: who streams from it is the checkpointer.
    private static final String CHECKPOINTER_SLOT = "seawall_checkpointer";

    static final List<SqlFunction> ALL = List.of(
            // Nothing is written in advance of being made durable that anybody could see.
            strict("pg_current_wal_lsn", PgType.PG_LSN, (execution, _) -> wal(execution).flushLsn()),
            strict("pg_current_wal_flush_lsn", PgType.PG_LSN, (execution, _) -> wal(execution).flushLsn()),
            strict("pg_current_wal_insert_lsn", PgType.PG_LSN, (execution, _) -> wal(execution).insertLsn()),
            strict("pg_switch_wal", PgType.PG_LSN,
                    superuser("pg_switch_wal", (execution, _) -> wal(execution).switchSegment())),
            strict("pg_create_restore_point", PgType.PG_LSN,
                    superuser("pg_create_restore_point", LogFunctions::restorePoint),
                    argument("name", PgType.TEXT)),
            strict("pg_walfile_name", PgType.TEXT,
                    (execution, arguments) -> fileName(wal(execution), (Lsn) arguments[0]),
                    argument("lsn", PgType.PG_LSN)),
            record("pg_walfile_name_offset",
                    List.of(new Column("file_name", PgType.TEXT), new Column("file_offset", PgType.INT4)),
                    LogFunctions::fileNameAndOffset, argument("lsn", PgType.PG_LSN)),
            constant("pg_wal_lsn_diff", PgType.NUMERIC,
                    (_, arguments) -> unsigned((Lsn) arguments[0]).subtract(unsigned((Lsn) arguments[1])),
                    argument("lsn1", PgType.PG_LSN), argument("lsn2", PgType.PG_LSN)),
            strict("pg_last_wal_receive_lsn", PgType.PG_LSN, LogFunctions::received),
            strict("pg_last_wal_replay_lsn", PgType.PG_LSN, (execution, _) -> known(redo(execution).applied())),
            strict("pg_last_xact_replay_timestamp", PgType.TIMESTAMPTZ,
                    (execution, _) -> redo(execution).appliedCommit()));

    private LogFunctions() {}

    private static Wal wal(Execution execution) {
        return execution.caller().cluster().wal();
    }

    private static CheckpointerActivity redo(Execution execution) {
        return execution.caller().cluster().checkpointing().activity();
    }

    static @Nullable Lsn known(Lsn lsn) {
        return lsn.isValid() ? lsn : null;
    }

    private static @Nullable Object received(Execution execution, @Nullable Object[] arguments) {
        Cluster cluster = execution.caller().cluster();
        if (cluster.log().isInRecovery()) {
            return cluster.log().flushLsn();
        }
        Lsn applied = redo(execution).applied();
        int pid = cluster.slots().find(CHECKPOINTER_SLOT).map(Slot::activePid).orElse(0);
        for (Sender sender : cluster.senders().list()) {
            if (pid != 0 && sender.pid() == pid) {
                return known(Lsn.max(applied, sender.write()));
            }
        }
        return known(applied);
    }

    private static Object restorePoint(Execution execution, @Nullable Object[] arguments) {
        String name = (String) arguments[0];
        if (name.getBytes(StandardCharsets.UTF_8).length >= RestorePoint.NAME_BYTES) {
            throw SqlException.error(SqlState.INVALID_PARAMETER_VALUE,
                    "value too long for restore point (maximum " + (RestorePoint.NAME_BYTES - 1) + " characters)");
        }
        return wal(execution).restorePoint(name);
    }

    /// The file that holds the byte in front of the position: of a segment's end its name, not the next one's.
    private static String fileName(Wal wal, Lsn lsn) {
        PageLayout layout = wal.layout();
        return new SegmentName(wal.history().timeline(), layout.segmentOf(lsn.plus(-1))).fileName(layout);
    }

    /// The file that holds the byte at the position.
    static String fileNameOf(DurableLog wal, Lsn lsn) {
        SegmentNumber segment = wal.layout().segmentOf(lsn);
        return new SegmentName(wal.history().timeline(), segment).fileName(wal.layout());
    }

    private static Object fileNameAndOffset(Execution execution, @Nullable Object[] arguments) {
        Lsn lsn = (Lsn) arguments[0];
        return new @Nullable Object[] {fileName(wal(execution), lsn), wal(execution).layout().offsetInSegment(lsn)};
    }

    private static BigDecimal unsigned(Lsn lsn) {
        return new BigDecimal(new BigInteger(Long.toUnsignedString(lsn.value())));
    }
}
