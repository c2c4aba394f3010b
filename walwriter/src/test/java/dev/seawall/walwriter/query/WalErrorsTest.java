package dev.seawall.walwriter.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.RelationId;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.cluster.NotConnectedException;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/// What really comes out of a log, as a client is told of it.
final class WalErrorsTest {

    private static final RelationId RELATION = new RelationId(1663, 5, 1);

    private static String stateOf(Throwable thrown) {
        assertThat(thrown).isNotNull();
        return WalErrors.of(thrown).state().code();
    }

    @Test
    void a_log_that_failed_leaves_a_commit_unknown_and_all_else_undone() throws Exception {
        try (CalledLog log = new CalledLog()) {
            Transaction transaction = log.wal.begin();
            transaction.message("p", ByteBuffer.allocate(1));
            log.wal.fail(new IOException("the disk is gone"));

            Throwable thrown = catchThrowable(transaction::commit);
            assertThat(WalErrors.ofCommit(thrown).state().code()).isEqualTo("08007");
            assertThat(stateOf(thrown)).isEqualTo("58030");
        }
    }

    @Test
    void a_log_that_is_being_shut_down_says_so() throws Exception {
        try (CalledLog log = new CalledLog()) {
            log.wal.fence();

            assertThat(stateOf(catchThrowable(() -> log.wal.message("p", ByteBuffer.allocate(1)))))
                    .isEqualTo("57P01");
        }
    }

    @Test
    void a_transaction_that_was_aborted_has_failed_and_one_that_is_too_large_exceeds_a_limit() throws Exception {
        try (CalledLog log = new CalledLog()) {
            Transaction held = log.wal.begin();
            held.message("p", ByteBuffer.allocate(1));
            log.wal.abortTransactionsBefore(Lsn.MAX);
            assertThat(stateOf(catchThrowable(held::commit))).isEqualTo("25P02");

            log.wal.extend(RELATION, 1);
            Transaction large = log.wal.begin();
            Throwable thrown = catchThrowable(() -> {
                for (int i = 0; i < 10_000; i++) {
                    large.write(RELATION, 0, 24, ByteBuffer.allocate(8000));
                }
            });
            assertThat(stateOf(thrown)).isEqualTo("54000");
            assertThat(WalErrors.of(thrown).hint()).isEqualTo("Split the transaction.");
        }
    }

    @Test
    void a_missing_checkpointer_is_told_with_a_hint_wrapped_or_not() {
        NotConnectedException missing = new NotConnectedException("no checkpointer is connected");

        for (Throwable thrown : new Throwable[] {missing, new UncheckedIOException(missing)}) {
            assertThat(stateOf(thrown)).isEqualTo("55000");
            assertThat(WalErrors.of(thrown).hint()).contains("checkpointer");
        }
    }

    @Test
    void what_has_a_state_keeps_it_and_our_mistakes_are_internal_errors() {
        SqlException known = SqlException.error(SqlState.UNDEFINED_TABLE, "no");

        assertThat(WalErrors.of(known)).isSameAs(known);
        assertThat(stateOf(new IllegalArgumentException("no"))).isEqualTo("22023");
        assertThat(stateOf(new IOException("no"))).isEqualTo("58030");
        assertThat(stateOf(new NullPointerException())).isEqualTo("XX000");
    }
}
