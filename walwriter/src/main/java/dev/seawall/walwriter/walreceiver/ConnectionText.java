package dev.seawall.walwriter.walreceiver;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The two spellings of libpq's connection strings: `host=h user=u`, and `postgresql://u@h/`.
final class ConnectionText {

    private static final List<String> SCHEMES = List.of("postgresql://", "postgres://");

    private final String text;
    private int at;

    private ConnectionText(String text) {
        this.text = text;
    }

    /// @return options and their values as written, the last of each; nothing is judged but the form
    /// @throws IllegalArgumentException if the form is wrong
    static Map<String, String> parse(String text) {
        for (String scheme : SCHEMES) {
            if (text.startsWith(scheme)) {
                return uri(text.substring(scheme.length()));
            }
        }
        return new ConnectionText(text).pairs();
    }

    // --- host=h user='u v'

    private Map<String, String> pairs() {
        Map<String, String> options = new LinkedHashMap<>();
        for (skipSpace(); at < text.length(); skipSpace()) {
            int from = at;
            while (at < text.length() && text.charAt(at) != '=' && !isSpace()) {
                at++;
            }
            String name = text.substring(from, at);
            skipSpace();
            if (at == text.length() || text.charAt(at) != '=') {
                // Not the word itself: it may be a piece of a password.
                throw new IllegalArgumentException("missing \"=\" in connection string\nHINT: It looks like"
                        + " host=db1 port=5432 user=replicator, or postgresql://replicator@db1:5432/.");
            }
            at++;
            skipSpace();
            options.put(name, value());
        }
        return options;
    }

    private String value() {
        boolean isQuoted = at < text.length() && text.charAt(at) == '\'';
        at += isQuoted ? 1 : 0;
        StringBuilder value = new StringBuilder();
        while (at < text.length() && (isQuoted ? text.charAt(at) != '\'' : !isSpace())) {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            value.append(text.charAt(at++));
        }
        if (isQuoted) {
            if (at == text.length()) {
                throw new IllegalArgumentException("unterminated quoted string in connection string");
            }
            at++;
        }
        return value.toString();
    }

    private void skipSpace() {
        while (at < text.length() && isSpace()) {
            at++;
        }
    }

    private boolean isSpace() {
        return Character.isWhitespace(text.charAt(at));
    }

    // --- postgresql://user:password@host:port,host:port/database?option=value

    private static Map<String, String> uri(String rest) {
        Map<String, String> options = new LinkedHashMap<>();
        int query = rest.indexOf('?');
        String place = query < 0 ? rest : rest.substring(0, query);
        int slash = place.indexOf('/');
        String authority = slash < 0 ? place : place.substring(0, slash);
        int user = authority.indexOf('@');
        if (user >= 0) {
            String[] login = authority.substring(0, user).split(":", 2);
            put(options, "user", login[0]);
            put(options, "password", login.length > 1 ? login[1] : "");
        }
        hosts(options, authority.substring(user + 1));
        put(options, "dbname", slash < 0 ? "" : place.substring(slash + 1));
        if (query >= 0) {
            for (String pair : rest.substring(query + 1).split("&")) {
                queryOption(options, pair);
            }
        }
        return options;
    }

    private static void hosts(Map<String, String> options, String text) {
        StringBuilder hosts = new StringBuilder();
        StringBuilder ports = new StringBuilder();
        for (String one : text.split(",", -1)) {
            int bracket = one.startsWith("[") ? one.indexOf(']') : -1;
            if (one.startsWith("[") && bracket < 0) {
                throw new IllegalArgumentException("IPv6 host address without \"]\" in connection string");
            }
            int colon = one.indexOf(':', bracket + 1);
            String host = colon < 0 ? one : one.substring(0, colon);
            hosts.append(hosts.isEmpty() && ports.isEmpty() ? "" : ",")
                    .append(bracket < 0 ? host : one.substring(1, bracket));
            ports.append(ports.isEmpty() ? "" : ",").append(colon < 0 ? "5432" : one.substring(colon + 1));
        }
        put(options, "host", hosts.toString());
        if (!hosts.isEmpty()) {
            put(options, "port", ports.toString());
        } else if (!ports.toString().equals("5432")) {
            put(options, "port", ports.toString());
        }
    }

    private static void queryOption(Map<String, String> options, String pair) {
        int equals = pair.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("missing \"=\" in a query parameter of the connection string");
        }
        String name = decoded(pair.substring(0, equals));
        String value = decoded(pair.substring(equals + 1));
        if (name.equals("ssl") && value.equals("true")) {
            options.put("sslmode", "require");
        } else {
            options.put(name, value);
        }
    }

    private static void put(Map<String, String> options, String name, String encoded) {
        if (!encoded.isEmpty()) {
            options.put(name, decoded(encoded));
        }
    }

    private static String decoded(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] from = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < from.length; i++) {
            if (from[i] != '%') {
                bytes.write(from[i]);
                continue;
            }
            int high = i + 2 < from.length ? Character.digit(from[i + 1], 16) : -1;
            int low = i + 2 < from.length ? Character.digit(from[i + 2], 16) : -1;
            if (high < 0 || low < 0 || high + low == 0) {
                throw new IllegalArgumentException("invalid percent-encoded token in connection string");
            }
            bytes.write(high << 4 | low);
            i += 2;
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
