package dev.seawall.witness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PostgresServerTest {

    @Test
    void a_real_server_answers_and_leaves_nothing_behind() {
        PostgresServer server = PostgresServer.create();
        try (server) {
            server.start();
            assertThat(server.sql("show server_version_num")).startsWith("15");
        }
        assertThat(server.data()).doesNotExist();
    }
}
