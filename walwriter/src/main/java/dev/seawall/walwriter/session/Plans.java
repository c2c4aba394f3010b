package dev.seawall.walwriter.session;

import dev.seawall.walwriter.query.Catalog;
import dev.seawall.walwriter.query.plan.SelectPlan;
import dev.seawall.walwriter.sql.SqlParser;
import dev.seawall.walwriter.sql.Statement;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Statements that were understood, by their text: a client says the same again and again.
///
/// Shared by all sessions, thread-safe.
public final class Plans {

    private static final int MAX_TEXT = 4096;
    private static final int MAX_TEXTS = 512;
    private static final int[] NO_TYPES = {};

    private final Catalog catalog;
    private final ConcurrentHashMap<String, List<Planned>> byText = new ConcurrentHashMap<>();

    /// A statement, ready to be executed.
    ///
    /// @param select null if it is none
    record Planned(Statement statement, @Nullable SelectPlan select) {}

    public Plans(Catalog catalog) {
        this.catalog = catalog;
    }

    /// @return one for each statement of the text
    List<Planned> of(String text) {
        List<Planned> known = byText.get(text);
        if (known != null) {
            return known;
        }
        List<Planned> planned = SqlParser.parse(text).stream().map(statement -> plan(statement, NO_TYPES)).toList();
        if (text.length() <= MAX_TEXT) {
            if (byText.size() >= MAX_TEXTS) {
                // Somebody puts values into the text: nothing here will be asked for again.
                byText.clear();
            }
            byText.put(text, planned);
        }
        return planned;
    }

    /// With parameters of these types; 0 where the client leaves it to us.
    List<Planned> of(String text, int[] parameterTypes) {
        return parameterTypes.length == 0 ? of(text)
                : SqlParser.parse(text).stream().map(statement -> plan(statement, parameterTypes)).toList();
    }

    private Planned plan(Statement statement, int[] parameterTypes) {
        return new Planned(statement, statement instanceof Statement.Select select
                ? SelectPlan.of(select, parameterTypes, catalog) : null);
    }
}
