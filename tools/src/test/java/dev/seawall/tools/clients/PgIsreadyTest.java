package dev.seawall.tools.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.walwriter.server.ServedLog;
import dev.seawall.witness.PostgresPrograms;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program that asks whether somebody is there.
final class PgIsreadyTest {

    @TempDir
    Path directory;

    @Test
    void pg_isready_tells_whether_connections_are_taken() throws IOException {
        try (ServedLog served = ServedLog.onLoopback(directory.resolve("c"))) {
            Psql psql = new Psql(served.directory(), served.port(), "tester");
            assertThat(psql.program("pg_isready").with().out()).endsWith(" - accepting connections\n");
            assertThat(PostgresPrograms.run("pg_isready", "-h", "127.0.0.1", "-p", String.valueOf(served.port()))
                    .exitCode()).isZero();

            served.server().refuse();
            PostgresPrograms.Output refused = psql.program("pg_isready").with();
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.out()).endsWith(" - rejecting connections\n");
            assertThat(psql.run("-c", "select 1").err()).contains("the database system is shutting down");

            served.server().close();
            PostgresPrograms.Output gone = psql.program("pg_isready").with();
            assertThat(gone.exitCode()).isEqualTo(2);
            assertThat(gone.out()).endsWith(" - no response\n");
        }
    }
}
