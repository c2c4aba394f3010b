package dev.seawall.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JsonTest {

    @Test
    void values_of_all_kinds_are_nested_in_their_order() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("b", 1L);
        fields.put("a", List.of(true, 1.5, "x"));
        fields.put("none", List.of());
        fields.put("empty", Map.of());

        assertThat(Json.of(fields)).isEqualTo("{\"b\":1,\"a\":[true,1.5,\"x\"],\"none\":[],\"empty\":{}}");
    }

    @Test
    void null_and_what_is_no_number_are_null() {
        assertThat(Json.of(new ArrayList<>(Arrays.asList(null, Double.NaN)))).isEqualTo("[null,null]");
    }

    @Test
    void quotes_backslashes_and_control_characters_are_escaped() {
        assertThat(Json.of("a\"b\\c\n\r\t\u0001")).isEqualTo("\"a\\\"b\\\\c\\n\\r\\t\\u0001\"");
    }

    @Test
    void half_a_surrogate_pair_is_escaped_and_a_whole_one_is_not() {
        assertThat(Json.of("\uD83D\uDE00 \uD83D")).isEqualTo("\"\uD83D\uDE00 \\ud83d\"");
    }
}
