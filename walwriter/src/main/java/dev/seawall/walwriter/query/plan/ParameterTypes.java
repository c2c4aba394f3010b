package dev.seawall.walwriter.query.plan;

import dev.seawall.walwriter.wire.PgType;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The types of a statement's parameters: as the client declared them, else as their places demand.
///
/// Written while the statement is planned, only read afterwards.
final class ParameterTypes {

    private static final Map<Integer, PgType> BY_OID =
            Arrays.stream(PgType.values()).collect(Collectors.toUnmodifiableMap(PgType::oid, Function.identity()));

    private final List<PgType> types = new ArrayList<>();

    /// @param declared 0 where nothing was said
    ParameterTypes(int[] declared) {
        for (int oid : declared) {
            PgType type = oid == 0 ? PgType.UNKNOWN : BY_OID.get(oid);
            if (type == null || type == PgType.RECORD || type == PgType.TEXT_ARRAY || type == PgType.VOID) {
                throw SqlException.error(SqlState.FEATURE_NOT_SUPPORTED, "a parameter of the type with OID "
                        + Integer.toUnsignedString(oid) + " is not supported"
                        + "\nHINT: Leave the type to the server, and send the value as text.");
            }
            types.add(type);
        }
    }

    PgType of(int number) {
        return number <= types.size() ? types.get(number - 1) : PgType.UNKNOWN;
    }

    /// That the statement has a parameter of this number.
    void mention(int number) {
        while (types.size() < number) {
            types.add(PgType.UNKNOWN);
        }
    }

    /// That its place demands this type, if nothing else does.
    void find(int number, PgType type) {
        mention(number);
        if (types.get(number - 1) == PgType.UNKNOWN) {
            types.set(number - 1, type);
        }
    }

    /// @throws SqlException 42P18 if of one of them nothing can be known
    List<PgType> all() {
        int unknown = types.indexOf(PgType.UNKNOWN);
        if (unknown >= 0) {
            throw SqlException.error(SqlState.INDETERMINATE_DATATYPE,
                    "could not determine data type of parameter $" + (unknown + 1));
        }
        return List.copyOf(types);
    }
}
