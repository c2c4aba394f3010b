package dev.seawall.walwriter.session;

import dev.seawall.walwriter.query.Catalog;
import dev.seawall.walwriter.query.plan.SelectPlan;
import dev.seawall.walwriter.sql.SqlParser;
import dev.seawall.walwriter.sql.Statement;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
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

    /// A statement that is planned when its turn comes: what stands before it in its text is executed first.
    static final class Planned {
        private final Statement statement;
        private final int[] parameterTypes;
        private final Catalog catalog;
        /// Two sessions may both make it; either will do.
        private volatile @Nullable SelectPlan select;

        private Planned(Statement statement, int[] parameterTypes, Catalog catalog) {
            this.statement = statement;
            this.parameterTypes = parameterTypes;
            this.catalog = catalog;
        }

        Statement statement() {
            return statement;
        }

        /// Null if it is no SELECT.
        ///
        /// @throws SqlException if what it names does not exist, or does not go together
        @Nullable SelectPlan select() {
            SelectPlan plan = select;
            if (plan == null && statement instanceof Statement.Select text) {
                plan = SelectPlan.of(text, parameterTypes, catalog);
                select = plan;
            }
            return plan;
        }

        /// For a client that cannot give parameters.
        void checkNoParameters() {
            SelectPlan plan = select();
            if (plan != null && !plan.parameterTypes().isEmpty()) {
                throw SqlException.error(SqlState.UNDEFINED_PARAMETER, "there is no parameter $1");
            }
        }
    }

    public Plans(Catalog catalog) {
        this.catalog = catalog;
    }

    /// @return one for each statement of the text
    /// @throws SqlException if it is not SQL
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
        return new Planned(statement, parameterTypes, catalog);
    }
}
