package dev.seawall.tools.torture.daemons;

import dev.seawall.tools.Quantity;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a run found and measured, for people and for programs.
///
/// @param verdict what holds, all checks having passed
public record Report(Figures figures, Map<String, Object> counts, long seed, String verdict) {

    public String text() {
        StringBuilder text = new StringBuilder(figures.table()).append('\n');
        counts.forEach((name, count) -> text.append(name.replace('_', ' ')).append(": ")
                .append(count instanceof Number number ? Quantity.count(number.longValue()) : count).append('\n'));
        return text.append(verdict).append('\n').toString();
    }

    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>(counts);
        fields.put("seed", seed);
        fields.put("times", figures.fields());
        return fields;
    }
}
