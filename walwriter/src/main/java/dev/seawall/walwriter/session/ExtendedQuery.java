package dev.seawall.walwriter.session;

import dev.seawall.walwriter.query.plan.SelectPlan;
import dev.seawall.walwriter.query.value.Values;
import dev.seawall.walwriter.session.Plans.Planned;
import dev.seawall.walwriter.wire.Column;
import dev.seawall.walwriter.wire.MessageInput;
import dev.seawall.walwriter.wire.MessageOutput;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.Replies;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The extended protocol: statements prepared, parameters bound, portals executed, in any order that
/// the client likes.
///
/// What is between two Syncs is one transaction, unless there is a block. One thread at a time.
final class ExtendedQuery {

    /// Of each kind in a session; a client that needs more leaks them.
    private static final int MAX_NAMED = 10_000;
    /// What named statements and portals of a session may hold of their messages: a hundred sessions that keep
    /// as much as they can must not fill the heap.
    private static final int MAX_NAMED_BYTES = 1 << 20;
    private static final int[] NO_TYPES = {};
    private static final short[] ALL_TEXT = {};

    private final MessageInput in;
    private final MessageOutput out;
    private final Plans plans;
    private final StatementExecution execution;
    private final Map<String, Prepared> statements = new HashMap<>();
    private final Map<String, Portal> portals = new HashMap<>();
    /// Bytes of the messages of those that have names, by kind and name.
    private final Map<String, Integer> kept = new HashMap<>();
    private int namedBytes;

    /// @param planned null for an empty text
    private record Prepared(String text, @Nullable Planned planned, int[] parameterOids) {}

    /// A statement with its parameters, and as much of its result as was not fetched yet.
    private static final class Portal {
        final Prepared prepared;
        final @Nullable Object[] parameters;
        final short[] formats;
        @Nullable ArrayDeque<@Nullable Object[]> waiting;
        String tag = "";
        /// A portal runs once, however often it is executed.
        boolean isDone;

        Portal(Prepared prepared, @Nullable Object[] parameters, short[] formats) {
            this.prepared = prepared;
            this.parameters = parameters;
            this.formats = formats;
        }

        boolean isBinary(int column) {
            return formats.length != 0 && formats[formats.length == 1 ? 0 : column] == 1;
        }
    }

    ExtendedQuery(MessageInput in, MessageOutput out, Plans plans, StatementExecution execution) {
        this.in = in;
        this.out = out;
        this.plans = plans;
        this.execution = execution;
    }

    private void keep(char kind, String name, int bytes) {
        if (name.isEmpty()) {
            // There is one, and the next takes its place.
            return;
        }
        if (namedBytes + bytes > MAX_NAMED_BYTES) {
            throw SqlException.error(SqlState.CONFIGURATION_LIMIT_EXCEEDED,
                    "named statements and portals of one session would hold more than " + MAX_NAMED_BYTES
                    + " bytes\nHINT: Close those that are no longer used, "
                    + "give large values as parameters, or use the unnamed ones.");
        }
        namedBytes += bytes;
        kept.put(kind + name, bytes);
    }

    private void forget(char kind, String name) {
        if (!name.isEmpty()) {
            Integer bytes = kept.remove(kind + name);
            namedBytes -= bytes == null ? 0 : bytes;
        }
    }

    void parse() throws IOException {
        int bytes = in.remaining();
        String name = in.string();
        String text = in.string();
        int[] types = types(in.int16() & 0xFFFF);
        in.expectEnd();
        if (!name.isEmpty() && statements.containsKey(name)) {
            throw SqlException.error(SqlState.DUPLICATE_PREPARED_STATEMENT,
                    "prepared statement \"" + name + "\" already exists");
        }
        if (statements.size() >= MAX_NAMED) {
            throw SqlException.error(SqlState.CONFIGURATION_LIMIT_EXCEEDED, "more than " + MAX_NAMED
                    + " prepared statements in one session\nHINT: Close those that are no longer used.");
        }
        List<Planned> planned = plans.of(text, types);
        if (planned.size() > 1) {
            throw SqlException.error(SqlState.SYNTAX_ERROR,
                    "cannot insert multiple commands into a prepared statement");
        }
        Planned only = planned.isEmpty() ? null : planned.getFirst();
        if (only != null) {
            execution.checkAllowed(only.statement());
        }
        SelectPlan select = only == null ? null : only.select();
        keep('S', name, bytes);
        statements.put(name, new Prepared(text, only, select == null ? NO_TYPES : select.parameterOids()));
        out.begin('1').end();
    }

    private int[] types(int count) {
        if (count == 0) {
            return NO_TYPES;
        }
        int[] types = new int[count];
        for (int i = 0; i < count; i++) {
            types[i] = in.int32();
        }
        return types;
    }

    /// @return the statement's text, for those who watch
    String bind() throws IOException {
        int bytes = in.remaining();
        String portal = in.string();
        Prepared prepared = statement(in.string());
        short[] parameterFormats = formats();
        @Nullable Object[] parameters = parameters(prepared, parameterFormats);
        short[] resultFormats = formats();
        in.expectEnd();
        Planned planned = prepared.planned();
        List<Column> columns = planned == null ? null : StatementExecution.columns(planned);
        if (planned != null) {
            execution.checkAllowed(planned.statement());
        }
        if (resultFormats.length > 1 && resultFormats.length != (columns == null ? 0 : columns.size())) {
            throw SqlException.error(SqlState.PROTOCOL_VIOLATION, "bind message has " + resultFormats.length
                    + " result formats but query has " + (columns == null ? 0 : columns.size()) + " columns");
        }
        if (!portal.isEmpty() && portals.containsKey(portal)) {
            throw SqlException.error(SqlState.INVALID_CURSOR_NAME, "cursor \"" + portal + "\" already exists");
        }
        if (portals.size() >= MAX_NAMED) {
            throw SqlException.error(SqlState.CONFIGURATION_LIMIT_EXCEEDED,
                    "more than " + MAX_NAMED + " portals in one session");
        }
        keep('P', portal, bytes);
        portals.put(portal, new Portal(prepared, parameters, resultFormats));
        out.begin('2').end();
        return prepared.text();
    }

    private short[] formats() {
        int count = in.int16() & 0xFFFF;
        if (count == 0) {
            return ALL_TEXT;
        }
        short[] formats = new short[count];
        for (int i = 0; i < count; i++) {
            formats[i] = in.int16();
            if (formats[i] != 0 && formats[i] != 1) {
                throw SqlException.error(SqlState.INVALID_PARAMETER_VALUE, "unsupported format code: " + formats[i]);
            }
        }
        return formats;
    }

    private @Nullable Object[] parameters(Prepared prepared, short[] formats) {
        int count = in.int16() & 0xFFFF;
        SelectPlan select = prepared.planned() == null ? null : prepared.planned().select();
        List<PgType> types = select == null ? List.of() : select.parameterTypes();
        if (count != types.size()) {
            throw SqlException.error(SqlState.PROTOCOL_VIOLATION, "bind message supplies " + count
                    + " parameters, but prepared statement requires " + types.size());
        }
        if (formats.length > 1 && formats.length != count) {
            throw SqlException.error(SqlState.PROTOCOL_VIOLATION, "bind message has " + formats.length
                    + " parameter formats but " + count + " parameters");
        }
        if (count == 0) {
            return StatementExecution.noParameters();
        }
        @Nullable Object[] parameters = new Object[count];
        for (int i = 0; i < count; i++) {
            boolean isBinary = formats.length != 0 && formats[formats.length == 1 ? 0 : i] == 1;
            parameters[i] = Values.read(types.get(i), in.int32(), isBinary, in);
        }
        return parameters;
    }

    private Prepared statement(String name) {
        Prepared prepared = statements.get(name);
        if (prepared == null) {
            throw SqlException.error(SqlState.INVALID_SQL_STATEMENT_NAME, name.isEmpty()
                    ? "unnamed prepared statement does not exist"
                    : "prepared statement \"" + name + "\" does not exist");
        }
        return prepared;
    }

    private Portal portal(String name) {
        Portal portal = portals.get(name);
        if (portal == null) {
            throw SqlException.error(SqlState.INVALID_CURSOR_NAME, "portal \"" + name + "\" does not exist");
        }
        return portal;
    }

    void describe() throws IOException {
        byte kind = in.int8();
        String name = in.string();
        in.expectEnd();
        switch (kind) {
            case 'S' -> {
                Prepared prepared = statement(name);
                out.begin('t').int16(prepared.parameterOids().length);
                for (int oid : prepared.parameterOids()) {
                    out.int32(oid);
                }
                out.end();
                describe(prepared, ALL_TEXT);
            }
            case 'P' -> {
                Portal portal = portal(name);
                describe(portal.prepared, portal.formats);
            }
            default -> throw SqlException.fatal(SqlState.PROTOCOL_VIOLATION,
                    "invalid DESCRIBE message subtype " + kind);
        }
    }

    private void describe(Prepared prepared, short[] formats) throws IOException {
        Planned planned = prepared.planned();
        List<Column> columns = planned == null ? null : StatementExecution.columns(planned);
        if (columns == null) {
            out.begin('n').end();
        } else {
            Replies.rowDescription(out, columns, column ->
                    formats.length == 0 ? 0 : formats[formats.length == 1 ? 0 : column]);
        }
    }

    void execute() throws IOException {
        String name = in.string();
        Portal portal = portal(name);
        int maxRows = in.int32();
        in.expectEnd();
        Planned planned = portal.prepared.planned();
        if (planned == null) {
            out.begin('I').end();
            return;
        }
        List<Column> columns = StatementExecution.columns(planned);
        if (portal.isDone) {
            again(name, columns);
            return;
        }
        if (columns == null || maxRows <= 0 && portal.waiting == null) {
            portal.isDone = true;
            String tag = execution.execute(planned, portal.parameters,
                    row -> Session.row(out, columns, portal::isBinary, row));
            Replies.complete(out, tag);
            return;
        }
        ArrayDeque<@Nullable Object[]> waiting = portal.waiting;
        if (waiting == null) {
            ArrayDeque<@Nullable Object[]> fetched = new ArrayDeque<>();
            portal.tag = execution.execute(planned, portal.parameters, fetched::add);
            portal.waiting = fetched;
            waiting = fetched;
        }
        for (int i = 0; !waiting.isEmpty() && (maxRows <= 0 || i < maxRows); i++) {
            Session.row(out, columns, portal::isBinary, waiting.remove());
        }
        if (waiting.isEmpty()) {
            portal.isDone = true;
            Replies.complete(out, portal.tag);
        } else {
            out.begin('s').end();
        }
    }

    private void again(String portal, @Nullable List<Column> columns) throws IOException {
        if (columns == null) {
            throw SqlException.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                    "portal \"" + portal + "\" cannot be run");
        }
        Replies.complete(out, "SELECT 0");
    }

    void close() throws IOException {
        byte kind = in.int8();
        String name = in.string();
        in.expectEnd();
        switch (kind) {
            case 'S' -> {
                statements.remove(name);
                forget('S', name);
            }
            case 'P' -> {
                portals.remove(name);
                forget('P', name);
            }
            default -> throw SqlException.fatal(SqlState.PROTOCOL_VIOLATION, "invalid CLOSE message subtype " + kind);
        }
        out.begin('3').end();
    }

    /// A transaction has ended, and with it every portal.
    void forgetPortals() {
        portals.keySet().forEach(name -> forget('P', name));
        portals.clear();
    }

    void forgetStatements() {
        statements.clear();
        portals.clear();
        kept.clear();
        namedBytes = 0;
    }

    void forgetStatement(String name) {
        statement(name);
        statements.remove(name);
        forget('S', name);
    }
}
