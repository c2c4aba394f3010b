package dev.seawall.walwriter.session;

import dev.seawall.settings.ServerSettings;
import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.Transaction;
import dev.seawall.walwriter.cluster.Cluster;
import dev.seawall.walwriter.cluster.Sessions;
import dev.seawall.walwriter.query.SessionSetting;
import dev.seawall.walwriter.query.value.Values;
import dev.seawall.walwriter.segments.FlushPath;
import dev.seawall.walwriter.wire.Column;
import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.MessageOutput;
import dev.seawall.walwriter.wire.Replies;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// A client's session after its login: who it is, its settings, its transaction.
///
/// [Conversation] is what drives it; functions and replication commands see it as their caller. One
/// thread at a time, but for [#activity] and what [#interrupts] gives.
public final class Session implements ReplicationConnection {

    /// What clients check before they trust a server: the format is PostgreSQL 15's.
    public static final String SERVER_VERSION = RuntimeParameter.SERVER_VERSION;

    private final Cluster cluster;
    private final SessionLogin login;
    private final MessageInput in;
    private final MessageOutput out;
    private final Interrupts interrupts = new Interrupts();
    private final SessionSettings settings;
    private final TransactionBlock block;
    private final SessionActivity activity;
    private final StatementExecution execution;
    private final ExtendedQuery extended;
    private volatile String applicationName;
    private volatile long xid;
    /// One command at a time has the connection.
    private volatile Runnable terminateWaker = () -> {};

    /// @throws SqlException if a setting of the login is not taken
    public Session(Cluster cluster, SessionLogin login, Plans plans, MessageInput in, MessageOutput out) {
        this.cluster = cluster;
        this.login = login;
        this.in = in;
        this.out = out;
        this.settings = new SessionSettings(cluster.settings(), cluster.log()::isInRecovery);
        this.block = new TransactionBlock(cluster::wal);
        this.activity = new SessionActivity(cluster.world(), login);
        this.execution = new StatementExecution(this, block, settings);
        this.extended = new ExtendedQuery(in, out, plans, execution);
        login.parameters().forEach(settings::login);
        settings.tell("is_superuser", login.isSuperuser() ? "on" : "off");
        settings.tell("in_hot_standby", cluster.log().isInRecovery() ? "on" : "off");
        settings.tell("session_authorization", login.user());
        settings.tell("data_directory", cluster.directory().toString());
        settings.tell("wal_segment_size", segmentSize(cluster.log().layout().segmentBytes()));
        FlushPath path = cluster.log().flushPath();
        settings.tell("wal_sync_method", path.method().name().toLowerCase(Locale.ROOT));
        settings.tell("wal_direct_io", path.isDirect() ? "on" : "off");
        this.applicationName = settings.get("application_name");
        interrupts.onWake(() -> terminateWaker.run());
    }

    private static String segmentSize(int bytes) {
        return bytes >= 1 << 30 ? (bytes >> 30) + "GB" : (bytes >> 20) + "MB";
    }

    SessionLogin login() {
        return login;
    }

    SessionSettings settings() {
        return settings;
    }

    TransactionBlock block() {
        return block;
    }

    SessionActivity activityOfThread() {
        return activity;
    }

    StatementExecution execution() {
        return execution;
    }

    ExtendedQuery extended() {
        return extended;
    }

    /// How others stop it.
    public Interrupts interrupts() {
        return interrupts;
    }

    /// What it is doing, seen from any thread.
    public Sessions.Session activity() {
        return activity.seen(applicationName, xid);
    }

    /// A message is done: what others see of it.
    void noteState() {
        applicationName = settings.get("application_name");
        xid = block.xid();
    }

    /// Writes a DataRow.
    static void row(MessageOutput out, List<Column> columns, IntPredicate isBinary, @Nullable Object[] values) {
        out.begin('D').int16(values.length);
        try {
            for (int i = 0; i < values.length; i++) {
                Values.write(columns.get(i).type(), values[i], isBinary.test(i), out);
            }
        } catch (RuntimeException e) {
            out.cancel();
            throw e;
        }
        try {
            out.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public MessageInput in() {
        return in;
    }

    @Override
    public MessageOutput out() {
        return out;
    }

    @Override
    public boolean isOfDatabase() {
        return login.isOfDatabase();
    }

    @Override
    public String applicationName() {
        return applicationName;
    }

    @Override
    public boolean isTerminated() {
        return interrupts.isEnding();
    }

    @Override
    public void onTerminate(Runnable wake) {
        terminateWaker = wake;
    }

    @Override
    public void cutOff() {
        interrupts.cutOff();
    }

    @Override
    public Cluster cluster() {
        return cluster;
    }

    @Override
    public int pid() {
        return login.pid();
    }

    @Override
    public String user() {
        return login.user();
    }

    @Override
    public String database() {
        return login.database();
    }

    @Override
    public boolean isSuperuser() {
        return login.isSuperuser();
    }

    @Override
    public boolean mayReplicate() {
        return login.mayReplicate() || login.isSuperuser();
    }

    @Override
    public Transaction transaction() {
        if (cluster.log().isInRecovery()) {
            throw SqlException.error(SqlState.READ_ONLY_SQL_TRANSACTION, "cannot write during recovery"
                    + "\nHINT: This is a standby: write to its primary, or promote it.");
        }
        if (settings.isReadOnly(block.status() != TransactionBlock.Status.IDLE)) {
            throw SqlException.error(SqlState.READ_ONLY_SQL_TRANSACTION,
                    "cannot write in a read-only transaction");
        }
        return block.transaction();
    }

    @Override
    public String setting(String name) {
        return settings.get(name);
    }

    @Override
    public List<SessionSetting> sessionSettings() {
        return settings.own();
    }

    @Override
    public void set(String name, String value, boolean isLocal) {
        settings.set(name, value, isLocal, block.status() != TransactionBlock.Status.IDLE);
    }

    @Override
    public void notice(String severity, SqlState state, String message) {
        if (severity.equals("NOTICE") && settings.get("client_min_messages").matches("warning|error")) {
            return;
        }
        try {
            Replies.notice(out, severity, state, message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void awaitStandbys(Lsn end) {
        execution.awaitStandbys(end);
    }

    @Override
    public void checkInterrupts() {
        interrupts.check();
    }

    void forgetStatements() {
        extended.forgetStatements();
    }

    void forgetStatement(String name) {
        extended.forgetStatement(name);
    }

    int maxMessageBytes() {
        return Math.toIntExact(cluster.settings().get(ServerSettings.MAX_MESSAGE_SIZE));
    }
}
