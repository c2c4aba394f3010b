package dev.seawall.walwriter.session;

import dev.seawall.settings.ServerSettings;
import dev.seawall.walwriter.query.Catalog;
import dev.seawall.walwriter.query.WalErrors;
import dev.seawall.walwriter.session.Interrupts.Deadline;
import dev.seawall.walwriter.session.Plans.Planned;
import dev.seawall.walwriter.session.TransactionBlock.Status;
import dev.seawall.walwriter.wire.Column;
import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.MessageOutput;
import dev.seawall.walwriter.wire.Replies;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a session and its client say to each other, message by message, until one of them ends it.
///
/// Answers gather while further messages are there already, and are sent before anybody waits.
public final class Conversation {

    private final Session session;
    private final MessageInput in;
    private final MessageOutput out;
    private final Plans plans;
    private final Catalog catalog;
    private final List<ReplicationCommands> commands;
    private final TransactionBlock block;
    private final SessionSettings settings;
    private final SessionSettings.Reports reports;
    private final Interrupts interrupts;
    /// After an error in the extended protocol everything up to the client's Sync is skipped.
    private boolean isSkipping;

    /// @param commands what a replication connection understands besides SQL
    public Conversation(Session session, Plans plans, Catalog catalog, List<ReplicationCommands> commands) {
        this.session = session;
        this.in = session.in();
        this.out = session.out();
        this.plans = plans;
        this.catalog = catalog;
        this.commands = session.login().isReplication() ? List.copyOf(commands) : List.of();
        this.block = session.block();
        this.settings = session.settings();
        this.reports = settings.new Reports();
        this.interrupts = session.interrupts();
    }

    /// Runs to the session's end.
    ///
    /// @throws IOException if the connection was lost
    public void run() throws IOException {
        try {
            reports.send(out);
            out.begin('K').int32(session.login().pid()).int32(session.login().key()).end();
            readyForQuery();
            while (converse()) {
                // Until one of them ends it.
            }
        } catch (SqlException fatal) {
            Replies.error(out, fatal);
            out.flush();
        } finally {
            block.rollback();
            catalog.sessionEnded(session);
            session.cluster().slots().sessionEnded(session.pid());
        }
    }

    /// @return whether the session goes on
    private boolean converse() throws IOException {
        int type = await();
        if (type < 0 || type == 'X') {
            // A client may send its farewell together with what it wants answered.
            out.flush();
            return false;
        }
        try {
            answer((char) type);
        } catch (SqlException e) {
            failed(e);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (ClosedChannelException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            failed(WalErrors.of(e));
        }
        return true;
    }

    private int await() throws IOException {
        if (in.hasMessage()) {
            interrupts.checkEnding();
            return in.next();
        }
        session.activityOfThread().idle(block.status(), session.cluster().world().nanoTime());
        out.flush();
        interrupts.deadline(idleDeadline());
        interrupts.waiting();
        in.maxBytes(session.maxMessageBytes());
        int type;
        try {
            type = in.next();
        } catch (SqlException e) {
            // The message itself is refused.
            if (!interrupts.working()) {
                throw new ClosedChannelException();
            }
            throw e;
        }
        if (!interrupts.working()) {
            throw new ClosedChannelException();
        }
        interrupts.deadline(null);
        return type;
    }

    private @Nullable Deadline idleDeadline() {
        return block.status() == Status.IDLE
                ? deadline(settings.get(ServerSettings.IDLE_SESSION_TIMEOUT), SqlException.fatal(
                        SqlState.IDLE_SESSION_TIMEOUT, "terminating connection due to idle-session timeout"))
                : deadline(settings.get(ServerSettings.IDLE_IN_TRANSACTION_SESSION_TIMEOUT), SqlException.fatal(
                        SqlState.IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
                        "terminating connection due to idle-in-transaction timeout"));
    }

    private @Nullable Deadline deadline(Duration after, SqlException reason) {
        return after.isZero() ? null
                : new Deadline(session.cluster().world().nanoTime() + after.toNanos(), reason);
    }

    private void answer(char type) throws IOException {
        if (isSkipping && type != 'S') {
            return;
        }
        switch (type) {
            case 'Q' -> query();
            case 'P' -> session.extended().parse();
            case 'B' -> active(session.extended().bind());
            case 'D' -> session.extended().describe();
            case 'E' -> {
                interrupts.check();
                session.extended().execute();
            }
            case 'C' -> session.extended().close();
            case 'H' -> {
                in.expectEnd();
                out.flush();
            }
            case 'S' -> sync();
            case 'F' -> throw SqlException.error(SqlState.FEATURE_NOT_SUPPORTED,
                    "function calls by message are not supported\nHINT: Use SELECT.");
            case 'd', 'c', 'f' -> {
                // What is left of a copy that has failed.
            }
            default -> throw SqlException.fatal(SqlState.PROTOCOL_VIOLATION,
                    "invalid frontend message type " + (int) type);
        }
    }

    private void active(String text) {
        interrupts.statementBegins();
        session.activityOfThread().active(text, session.cluster().world().nanoTime());
        session.activityOfThread().waiting(null, null);
        String timeout = settings.get("statement_timeout");
        // Also none: in a pipeline the last statement's would still be there.
        interrupts.deadline(timeout.equals("0") ? null
                : deadline(RuntimeParameter.duration(timeout), SqlException.error(
                        SqlState.QUERY_CANCELED, "canceling statement due to statement timeout")));
    }

    private void query() throws IOException {
        String text = in.string();
        in.expectEnd();
        active(text);
        for (ReplicationCommands command : commands) {
            if (command.execute(text, session)) {
                readyForQuery();
                return;
            }
        }
        List<Planned> statements = plans.of(text);
        if (statements.isEmpty()) {
            out.begin('I').end();
        }
        for (int i = 0; i < statements.size(); i++) {
            simple(statements.get(i), i == statements.size() - 1);
        }
        session.extended().forgetPortals();
        readyForQuery();
    }

    /// @param isLast of its message: what stands outside a block is committed before its completion is told
    private void simple(Planned planned, boolean isLast) throws IOException {
        interrupts.check();
        session.execution().checkAllowed(planned.statement());
        planned.checkNoParameters();
        List<Column> columns = StatementExecution.columns(planned);
        if (columns != null) {
            Replies.rowDescription(out, columns);
        }
        String tag = session.execution().execute(planned, StatementExecution.noParameters(), row ->
                Session.row(out, columns == null ? List.of() : columns, _ -> false, row));
        if (isLast) {
            commitUnlessInBlock();
        }
        Replies.complete(out, tag);
    }

    private void commitUnlessInBlock() {
        if (block.status() == Status.IDLE) {
            session.activityOfThread().waiting("IO", "WALSync");
            session.execution().commitBlock();
        }
    }

    private void sync() throws IOException {
        in.expectEnd();
        isSkipping = false;
        commitUnlessInBlock();
        if (block.status() == Status.IDLE) {
            session.extended().forgetPortals();
        }
        readyForQuery();
    }

    private void readyForQuery() throws IOException {
        session.noteState();
        reports.send(out);
        Replies.readyForQuery(out, block.status().letter());
    }

    private void failed(SqlException e) throws IOException {
        out.cancel();
        block.fail();
        if (block.status() == Status.IDLE) {
            settings.endTransaction(false);
        }
        if (e.isFatal()) {
            throw e;
        }
        Replies.error(out, e);
        switch (in.type()) {
            case 'Q', 'F', 'S' -> readyForQuery();
            default -> isSkipping = true;
        }
    }
}
