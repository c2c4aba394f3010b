package dev.seawall.walwriter.sql;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/// What words mean where: which end an expression, which are types, which commands there are.
final class Names {

    /// PostgreSQL's names have 63 bytes at most; what is longer is cut.
    private static final int BYTES_MAX = 63;

    /// Words that cannot be a column's or function's name without quotes.
    static final Set<String> RESERVED = Set.of("all", "analyse", "analyze", "and", "any", "array", "as", "asc",
            "asymmetric", "both", "case", "cast", "check", "collate", "column", "constraint", "create", "default",
            "deferrable", "desc", "distinct", "do", "else", "end", "except", "false", "fetch", "for", "foreign", "from",
            "grant", "group", "having", "in", "initially", "intersect", "into", "is", "isnull", "lateral", "leading",
            "like", "limit", "not", "notnull", "null", "offset", "on", "only", "or", "order", "placing", "primary",
            "references", "returning", "select", "similar", "some", "symmetric", "table", "then", "to", "trailing",
            "true", "union", "unique", "using", "variadic", "when", "where", "window", "with", "join", "inner", "left",
            "right", "full", "cross", "natural");

    /// Called without parentheses.
    static final Set<String> CALLED_BY_NAME = Set.of("current_user", "session_user", "user", "current_role",
            "current_catalog", "current_schema", "current_timestamp");

    /// Those of PostgreSQL's clauses, operators and expressions in words that Seawall does not have.
    static final Set<String> UNKNOWN_CLAUSES = Set.of("group", "having", "order", "offset", "fetch", "for", "union",
            "intersect", "except", "window", "into", "join", "inner", "left", "right", "full", "cross", "natural",
            "distinct", "or", "not", "in", "like", "ilike", "between", "similar", "collate", "case", "exists", "array",
            "row", "any", "some", "lateral", "only", "tablesample", "isnull", "notnull", "over", "filter", "within",
            "variadic", "select", "and", "is");

    /// PostgreSQL's commands that Seawall does not have.
    static final Set<String> UNKNOWN_COMMANDS = Set.of("alter", "analyse", "analyze", "call", "close", "cluster",
            "comment", "copy", "create", "declare", "delete", "do", "drop", "execute", "explain", "fetch", "grant",
            "import", "insert", "listen", "load", "lock", "merge", "move", "notify", "prepare", "reassign", "refresh",
            "reindex", "release", "revoke", "savepoint", "security", "table", "truncate", "unlisten", "update",
            "vacuum", "values", "with");

    /// What the standard calls types, and what the catalog calls them.
    static final Map<String, String> TYPES = Map.ofEntries(Map.entry("integer", "int4"), Map.entry("int", "int4"),
            Map.entry("bigint", "int8"), Map.entry("smallint", "int2"), Map.entry("boolean", "bool"),
            Map.entry("decimal", "numeric"), Map.entry("dec", "numeric"), Map.entry("real", "float4"),
            Map.entry("float", "float8"), Map.entry("double precision", "float8"),
            Map.entry("character", "bpchar"), Map.entry("char", "bpchar"),
            Map.entry("character varying", "varchar"), Map.entry("char varying", "varchar"),
            Map.entry("timestamp with time zone", "timestamptz"),
            Map.entry("timestamp without time zone", "timestamp"), Map.entry("time with time zone", "timetz"),
            Map.entry("time without time zone", "time"));

    private Names() {}

    /// Only ASCII's letters have two cases here, as in PostgreSQL under UTF-8.
    static String lower(String word) {
        StringBuilder lower = new StringBuilder(word.length());
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            lower.append(c >= 'A' && c <= 'Z' ? (char) (c + 'a' - 'A') : c);
        }
        return lower.toString();
    }

    static String shorten(String name) {
        if (name.length() <= BYTES_MAX / 4) {
            return name;
        }
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= BYTES_MAX) {
            return name;
        }
        int end = BYTES_MAX;
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
