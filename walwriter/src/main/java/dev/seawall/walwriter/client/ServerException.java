package dev.seawall.walwriter.client;

import dev.seawall.walwriter.wire.MessageInput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The server refused: its ErrorResponse.
///
/// The message is the server's, with its hint on a line of its own.
public final class ServerException extends IOException {

    private static final long serialVersionUID = 1;

    private final String severity;
    private final String sqlState;
    private final String problem;
    private final @Nullable String detail;
    private final @Nullable String hint;

    private ServerException(Map<Integer, String> fields) {
        super(text(fields));
        this.severity = fields.getOrDefault((int) 'V', fields.getOrDefault((int) 'S', "ERROR"));
        this.sqlState = fields.getOrDefault((int) 'C', "XX000");
        this.problem = fields.getOrDefault((int) 'M', "the server gave no message");
        this.detail = fields.get((int) 'D');
        this.hint = fields.get((int) 'H');
    }

    private static String text(Map<Integer, String> fields) {
        String hint = fields.get((int) 'H');
        return fields.getOrDefault((int) 'M', "the server gave no message") + (hint == null ? "" : "\nHINT: " + hint);
    }

    static ServerException read(MessageInput in) {
        return new ServerException(fields(in));
    }

    /// A NoticeResponse in one line.
    static String notice(MessageInput in) {
        Map<Integer, String> fields = fields(in);
        return fields.getOrDefault((int) 'S', "NOTICE") + ":  " + text(fields);
    }

    private static Map<Integer, String> fields(MessageInput in) {
        Map<Integer, String> fields = new HashMap<>();
        for (int code = in.int8(); code != 0; code = in.int8()) {
            fields.put(code, in.string());
        }
        return fields;
    }

    /// `ERROR`, or `FATAL` if the connection ended.
    public String severity() {
        return severity;
    }

    /// Five letters; see [dev.seawall.walwriter.wire.SqlState].
    public String sqlState() {
        return sqlState;
    }

    /// What went wrong, without detail and hint.
    public String problem() {
        return problem;
    }

    public @Nullable String detail() {
        return detail;
    }

    public @Nullable String hint() {
        return hint;
    }
}
