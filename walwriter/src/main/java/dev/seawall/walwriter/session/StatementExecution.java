package dev.seawall.walwriter.session;

import dev.seawall.settings.ServerSettings;
import dev.seawall.settings.SynchronousCommit;
import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.query.Rows;
import dev.seawall.walwriter.query.WalErrors;
import dev.seawall.walwriter.query.plan.SelectPlan;
import dev.seawall.walwriter.session.Plans.Planned;
import dev.seawall.walwriter.session.TransactionBlock.Status;
import dev.seawall.walwriter.sql.Statement;
import dev.seawall.walwriter.sql.TransactionModes;
import dev.seawall.walwriter.wire.Column;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Does what one statement says, and tells the tag of its completion.
final class StatementExecution {

    private static final @Nullable Object[] NO_PARAMETERS = {};
    private static final List<Column> SHOW_ALL = List.of(new Column("name", PgType.TEXT),
            new Column("setting", PgType.TEXT), new Column("description", PgType.TEXT));

    private final Session session;
    private final TransactionBlock block;
    private final SessionSettings settings;
    private final StandbyWait standbys;

    StatementExecution(Session session, TransactionBlock block, SessionSettings settings) {
        this.session = session;
        this.block = block;
        this.settings = settings;
        this.standbys = new StandbyWait(session);
    }

    /// What rows of the statement's result are made of; null if it has none.
    static @Nullable List<Column> columns(Planned planned) {
        SelectPlan select = planned.select();
        if (select != null) {
            return select.columns();
        }
        if (planned.statement() instanceof Statement.Show show) {
            return show.name() == null ? SHOW_ALL : List.of(new Column(shownName(show.name()), PgType.TEXT));
        }
        return null;
    }

    private static String shownName(String name) {
        RuntimeParameter known = RuntimeParameter.find(name);
        return known == null ? name : known.name();
    }

    /// In a failed block only its end is taken.
    void checkAllowed(Statement statement) {
        if (!(statement instanceof Statement.Commit) && !(statement instanceof Statement.Rollback)) {
            block.checkNotFailed();
        }
    }

    /// @return the command tag
    String execute(Planned planned, @Nullable Object[] parameters, Rows rows) throws IOException {
        checkAllowed(planned.statement());
        return switch (planned.statement()) {
            case Statement.Select _ -> select(planned, parameters, rows);
            case Statement.Begin begin -> begin(begin);
            case Statement.Commit _ -> commit();
            case Statement.Rollback _ -> rollback();
            case Statement.Set set -> {
                settings.set(set.name(), set.value(), set.isLocal() && warnOutside("SET LOCAL"), isInBlock());
                yield "SET";
            }
            case Statement.SetTransaction set -> setTransaction(set);
            case Statement.Show show -> show(show.name(), rows);
            case Statement.Reset reset -> reset(reset.name());
            case Statement.Checkpoint _ -> checkpoint();
            case Statement.Discard discard -> discard(discard.what());
            case Statement.Deallocate deallocate -> deallocate(deallocate.name());
        };
    }

    private String select(Planned planned, @Nullable Object[] parameters, Rows rows) {
        SelectPlan plan = planned.select();
        if (plan == null) {
            throw new AssertionError("a SELECT without a plan");
        }
        long[] count = {0};
        plan.execute(session, parameters, row -> {
            count[0]++;
            rows.row(row);
        });
        return count[0] == 1 ? "SELECT 1" : "SELECT " + count[0];
    }

    /// What was flushed outside a transaction waits as a commit does.
    void awaitStandbys(Lsn end) {
        standbys.await(end, settings.get(ServerSettings.SYNCHRONOUS_COMMIT));
    }

    static @Nullable Object[] noParameters() {
        return NO_PARAMETERS;
    }

    private boolean isInBlock() {
        return block.status() != Status.IDLE;
    }

    private boolean warnOutside(String what) {
        if (!isInBlock()) {
            session.notice("WARNING", SqlState.NO_ACTIVE_SQL_TRANSACTION,
                    what + " can only be used in transaction blocks");
        }
        return true;
    }

    private String begin(Statement.Begin begin) {
        if (isInBlock()) {
            session.notice("WARNING", SqlState.ACTIVE_SQL_TRANSACTION, "there is already a transaction in progress");
        }
        block.begin();
        modes(begin.modes(), "transaction_", true);
        return begin.isStart() ? "START TRANSACTION" : "BEGIN";
    }

    private String setTransaction(Statement.SetTransaction set) {
        if (set.isForSession()) {
            modes(set.modes(), "default_transaction_", false);
        } else if (warnOutside("SET TRANSACTION")) {
            modes(set.modes(), "transaction_", true);
        }
        return "SET";
    }

    private void modes(TransactionModes modes, String prefix, boolean isLocal) {
        String isolation = modes.isolation();
        if (isolation != null) {
            settings.set(prefix + "isolation", isolation, isLocal, isInBlock());
        }
        Boolean isReadOnly = modes.isReadOnly();
        if (isReadOnly != null) {
            settings.set(prefix + "read_only", isReadOnly ? "on" : "off", isLocal, isInBlock());
        }
    }

    private String commit() {
        boolean isFailed = block.status() == Status.FAILED;
        if (!isInBlock()) {
            session.notice("WARNING", SqlState.NO_ACTIVE_SQL_TRANSACTION, "there is no transaction in progress");
        }
        if (isFailed) {
            rolledBack();
            return "ROLLBACK";
        }
        commitBlock();
        return "COMMIT";
    }

    /// Ends the block, or what a message did outside one.
    void commitBlock() {
        SynchronousCommit how = settings.get(ServerSettings.SYNCHRONOUS_COMMIT);
        Lsn commit;
        try {
            commit = block.commit(how);
        } catch (SqlException e) {
            settings.endTransaction(false);
            throw e;
        }
        settings.endTransaction(true);
        if (commit.isValid()) {
            standbys.await(commit, how);
        }
    }

    private String rollback() {
        if (!isInBlock()) {
            session.notice("WARNING", SqlState.NO_ACTIVE_SQL_TRANSACTION, "there is no transaction in progress");
        }
        rolledBack();
        return "ROLLBACK";
    }

    private void rolledBack() {
        block.rollback();
        settings.endTransaction(false);
    }

    private String show(@Nullable String name, Rows rows) {
        if (name != null) {
            rows.row(settings.get(name));
        } else {
            settings.all().forEach(shown -> rows.row(shown.name(), shown.value(), shown.summary()));
        }
        return "SHOW";
    }

    private String reset(@Nullable String name) {
        if (name == null) {
            settings.resetAll(isInBlock());
        } else {
            settings.set(name, null, false, isInBlock());
        }
        return "RESET";
    }

    private String checkpoint() {
        if (!session.isSuperuser()) {
            throw SqlException.error(SqlState.INSUFFICIENT_PRIVILEGE, "must be superuser to do CHECKPOINT");
        }
        try {
            session.cluster().checkpointing().checkpoint(true, session::checkInterrupts);
        } catch (IOException e) {
            // Not the client's connection, which an IOException would mean further up.
            throw WalErrors.of(e);
        }
        return "CHECKPOINT";
    }

    private String discard(Statement.Discard.What what) {
        if (what == Statement.Discard.What.ALL) {
            if (isInBlock()) {
                throw SqlException.error(SqlState.ACTIVE_SQL_TRANSACTION,
                        "DISCARD ALL cannot run inside a transaction block");
            }
            settings.resetAll(false);
            session.forgetStatements();
        }
        return "DISCARD " + what;
    }

    private String deallocate(@Nullable String name) {
        if (name == null) {
            session.forgetStatements();
            return "DEALLOCATE ALL";
        }
        session.forgetStatement(name);
        return "DEALLOCATE";
    }
}
