package dev.seawall.walwriter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.sim.SimulatedWorld;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.DiskCall;
import dev.seawall.wal.disk.Fault;
import dev.seawall.wal.disk.SimulatedDisk;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.WalRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A transaction whose page changes could not all be gathered never becomes one that committed.
class WalTransactionTest {

    private static final Path CLUSTER = Path.of("/cluster");
    private static final RelationId RELATION = new RelationId(1663, 5, 16384);
    private static final int BLOCKS = 300;

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final SimulatedWorld world = new SimulatedWorld(1);

    @BeforeEach
    void makeDirectory() {
        disk.makeDirectories(CLUSTER);
    }

    private Wal open() throws IOException {
        Wal wal = Wal.open(EmptyLog.in(disk, CLUSTER, 731), WalOptions.DEFAULT.withBufferBytes(256 << 10), disk, world);
        wal.extend(RELATION, BLOCKS);
        return wal;
    }

    private static void fill(Transaction transaction, int block) {
        transaction.write(RELATION, block % BLOCKS, 24, ByteBuffer.allocate(8000));
    }

    /// @return how many pages were written, the one included that was refused
    private static int writeToFault(Transaction transaction) {
        int block = 0;
        try {
            while (block < 10_000) {
                fill(transaction, block++);
            }
        } catch (UncheckedIOException | TransactionAbortedException e) {
            return block;
        }
        throw new AssertionError("no fault struck");
    }

    private void everythingBehindCanBeRead(Wal wal) throws IOException {
        Transaction next = wal.begin();
        next.message("app", ByteBuffer.allocate(10));
        int xid = (int) next.xid();
        Lsn end = next.commit();
        List<WalRecord> records = EmptyLog.readAll(wal);
        assertThat(records).anyMatch(record -> record.xid() == xid && record.end().equals(end));
        assertThat(records).noneMatch(record -> record.xid() != 0 && record.xid() != xid);
    }

    @Test
    void a_transaction_whose_changes_found_no_space_cannot_be_committed() throws Exception {
        try (Wal wal = open()) {
            Transaction transaction = wal.begin();
            disk.inject(new Fault.NoSpace(), 1, call -> call.operation() == DiskCall.Operation.WRITE
                    && call.path().getFileName().toString().startsWith("xlogtemp.run"));
            writeToFault(transaction);

            assertThatThrownBy(transaction::commit).isInstanceOf(TransactionAbortedException.class);
            everythingBehindCanBeRead(wal);
        }
    }

    @Test
    void a_commit_that_found_no_space_for_the_last_changes_cannot_be_tried_again() throws Exception {
        try (Wal wal = open()) {
            Transaction transaction = wal.begin();
            // Each record of four pages is kept when the fifth page comes; the next to be kept spills.
            int perRecord = 4 * 8010;
            for (int block = 0; block < ((1 << 20) / perRecord + 1) * 4; block++) {
                fill(transaction, block);
            }
            disk.inject(new Fault.NoSpace(), 1, call -> call.operation() == DiskCall.Operation.WRITE
                    && call.path().getFileName().toString().startsWith("xlogtemp.run"));
            assertThatThrownBy(transaction::commit).isInstanceOf(UncheckedIOException.class);

            assertThatThrownBy(transaction::commit).isInstanceOf(TransactionAbortedException.class);
            everythingBehindCanBeRead(wal);
        }
    }

    @Test
    void a_transaction_that_is_too_large_by_its_last_record_cannot_be_committed_at_the_second_try() throws Exception {
        try (Wal wal = open()) {
            // The record that is too much is finished by the next page, or by the commit.
            int blocks = writeToFault(wal.begin()) - 1;
            Transaction transaction = wal.begin();
            for (int block = 0; block < blocks; block++) {
                fill(transaction, block);
            }
            assertThatThrownBy(transaction::commit).isInstanceOf(TransactionAbortedException.class);

            assertThatThrownBy(transaction::commit).isInstanceOf(TransactionAbortedException.class);
            everythingBehindCanBeRead(wal);
        }
    }
}
