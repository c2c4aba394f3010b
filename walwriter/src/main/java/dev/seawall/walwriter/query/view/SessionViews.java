package dev.seawall.walwriter.query.view;

import dev.seawall.walwriter.cluster.Sessions.Session;
import dev.seawall.walwriter.query.Caller;
import dev.seawall.walwriter.query.Rows;
import dev.seawall.walwriter.query.View;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who is connected, and what they do: of others' sessions only superusers see that.
final class SessionViews {

    /// The database that all of Seawall's records name.
    private static final long DATABASE = 5;

    static final List<View> ALL = List.of(
            new View("pg_stat_activity", Table.columns("datid oid", "datname name", "pid int4", "leader_pid int4",
                    "usesysid oid", "usename name", "application_name text", "client_addr inet",
                    "client_hostname text", "client_port int4", "backend_start timestamptz",
                    "xact_start timestamptz", "query_start timestamptz", "state_change timestamptz",
                    "wait_event_type text", "wait_event text", "state text", "backend_xid xid", "backend_xmin xid",
                    "query_id int8", "query text", "backend_type text"), SessionViews::activity));

    private SessionViews() {}

    static boolean maySee(Caller caller, Session session) {
        return caller.isSuperuser() || caller.user().equals(session.user());
    }

    static @Nullable String address(Session session) {
        return session.client() instanceof InetSocketAddress client && client.getAddress() != null
                ? client.getAddress().getHostAddress() : null;
    }

    /// -1 by Unix socket.
    static int port(Session session) {
        return session.client() instanceof InetSocketAddress client ? client.getPort() : -1;
    }

    private static void activity(Caller caller, Rows into) {
        for (Session session : caller.cluster().sessions().list()) {
            into.row(row(session, maySee(caller, session)));
        }
    }

    private static @Nullable Object[] row(Session session, boolean isSeen) {
        @Nullable Object[] row = new Object[22];
        row[0] = DATABASE;
        row[1] = session.database();
        row[2] = session.pid();
        row[5] = session.user();
        row[6] = session.applicationName();
        row[20] = "<insufficient privilege>";
        row[21] = session.backendType();
        if (isSeen) {
            row[7] = address(session);
            row[9] = port(session);
            row[10] = LogViews.micros(session.start());
            row[11] = LogViews.micros(session.transactionStart());
            row[12] = LogViews.micros(session.queryStart());
            row[13] = LogViews.micros(session.stateChange());
            row[14] = session.waitEventType();
            row[15] = session.waitEvent();
            row[16] = session.state();
            row[17] = session.xid() == 0 ? null : session.xid() & 0xFFFF_FFFFL;
            row[20] = session.query();
        }
        return row;
    }
}
