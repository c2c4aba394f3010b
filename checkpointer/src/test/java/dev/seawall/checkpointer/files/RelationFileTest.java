package dev.seawall.checkpointer.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.wal.record.RelationId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RelationFileTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0, 5/16384, 0",
        "0, 1, 5/16384, 8192",
        "0, 131071, 5/16384, 1073733632",
        "0, 131072, 5/16384.1, 0",
        "1, 0, 5/16384_fsm, 0",
        "2, 262145, 5/16384_vm.2, 8192",
        "3, 0, 5/16384_init, 0",
        "0, -1, 5/16384.32767, 1073733632"
    })
    void a_page_has_its_place_as_in_postgresql(int fork, int block, String path, long offset) {
        PageId page = new PageId(new RelationId(1663, 5, 16384), fork, block);

        RelationFile file = RelationFile.of(page);

        assertThat(file.path()).isEqualTo(path);
        assertThat(RelationFile.offset(page)).isEqualTo(offset);
        assertThat(RelationFile.parse("5", path.substring(2))).isEqualTo(file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PG_VERSION", "16384.0", "16384.01", "16384_x", "016384", "16384.new", "t3_16384", ""})
    void other_names_are_no_relations(String name) {
        assertThat(RelationFile.parse("5", name)).isNull();
    }

    @Test
    void only_numbers_are_databases() {
        assertThat(RelationFile.isDatabase("5")).isTrue();
        assertThat(RelationFile.isDatabase("engines")).isFalse();
        assertThat(RelationFile.isDatabase("05")).isFalse();
    }
}
