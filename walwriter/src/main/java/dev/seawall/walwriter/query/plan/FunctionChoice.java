package dev.seawall.walwriter.query.plan;

import dev.seawall.walwriter.query.Catalog;
import dev.seawall.walwriter.query.SqlFunction;
import dev.seawall.walwriter.query.SqlFunction.Argument;
import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Which of a name's functions a call means: PostgreSQL's rules, as far as there are cases for them.
final class FunctionChoice {

    private static final int EXACT = 4;
    private static final int TEXT_FOR_UNKNOWN = 2;
    private static final int CONVERTED = 1;
    private static final int NONE = -1;

    private FunctionChoice() {}

    /// @param arguments of the function, as this call has them
    /// @param given     what the call has, in its order
    /// @param position  of each of the arguments among what is given; -1: the default
    record Chosen(SqlFunction function, List<Argument> arguments, List<Node> given, int[] position) {

        Chosen {
            arguments = List.copyOf(arguments);
        }

        @Nullable Node at(int argument) {
            return position[argument] < 0 ? null : given.get(position[argument]);
        }
    }

    /// @param names null where an argument has none; those that have one are the last
    static Chosen choose(Catalog catalog, String name, List<Node> given, List<@Nullable String> names) {
        Chosen best = null;
        int bestScore = NONE;
        boolean isUnique = true;
        for (SqlFunction function : catalog.functions(name)) {
            List<Argument> arguments = function.arguments(given.size());
            int[] position = positions(arguments, given.size(), names);
            int score = position == null ? NONE : score(arguments, given, position);
            if (score > bestScore) {
                best = new Chosen(function, arguments, given, position);
                bestScore = score;
                isUnique = true;
            } else if (score == bestScore) {
                isUnique = false;
            }
        }
        if (best == null) {
            int point = name.indexOf('.');
            if (point >= 0) {
                throw SqlException.error(SqlState.INVALID_SCHEMA_NAME,
                        "schema \"" + name.substring(0, point) + "\" does not exist");
            }
            throw SqlException.error(SqlState.UNDEFINED_FUNCTION, "function " + signature(name, given, names)
                    + " does not exist\nHINT: No function matches the given name and argument types. "
                    + "You might need to add explicit type casts. walwriter/SQL.md lists the functions there are.");
        }
        if (!isUnique) {
            throw SqlException.error(SqlState.AMBIGUOUS_FUNCTION, "function " + signature(name, given, names)
                    + " is not unique\nHINT: Could not choose a best candidate function. "
                    + "You might need to add explicit type casts.");
        }
        return best;
    }

    private static int @Nullable [] positions(List<Argument> arguments, int given, List<@Nullable String> names) {
        int[] position = IntStream.generate(() -> -1).limit(arguments.size()).toArray();
        for (int i = 0; i < given; i++) {
            String name = names.get(i);
            int at = name == null ? i : indexOf(arguments, name);
            if (at < 0 || at >= position.length || position[at] >= 0) {
                return null;
            }
            position[at] = i;
        }
        for (int i = 0; i < position.length; i++) {
            if (position[i] < 0 && arguments.get(i).byDefault() == null) {
                return null;
            }
        }
        return position;
    }

    private static int indexOf(List<Argument> arguments, String name) {
        for (int i = 0; i < arguments.size(); i++) {
            if (arguments.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private static int score(List<Argument> arguments, List<Node> given, int[] position) {
        int sum = 0;
        for (int i = 0; i < position.length; i++) {
            if (position[i] >= 0) {
                int score = score(arguments.get(i).type(), given.get(position[i]).type());
                if (score == NONE) {
                    return NONE;
                }
                sum += score;
            }
        }
        return sum;
    }

    private static int score(PgType wanted, PgType given) {
        if (given == wanted) {
            return EXACT;
        }
        if (given == PgType.UNKNOWN) {
            return wanted == PgType.TEXT ? TEXT_FOR_UNKNOWN : CONVERTED;
        }
        return Conversion.implicit(given, wanted) == null ? NONE : CONVERTED;
    }

    private static String signature(String name, List<Node> given, List<@Nullable String> names) {
        return IntStream.range(0, given.size())
                .mapToObj(i -> (names.get(i) == null ? "" : names.get(i) + " => ") + given.get(i).type().sqlName())
                .collect(Collectors.joining(", ", name + "(", ")"));
    }
}
