package dev.seawall.tools.walbench.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.tools.walbench.contest.Entry;
import dev.seawall.tools.walbench.load.Load;
import dev.seawall.tools.walbench.load.Measurement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PostgresContestantTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir
    Path directory;

    @Test
    void every_record_of_a_committer_is_in_its_log_and_has_a_latency() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        PostgresContestant contestant = new PostgresContestant(PostgresContestant.Statement.MESSAGE);
        try (Entry entry = contestant.open(directory, 200)) {
            Measurement measured = entry.run(new Load(Load.Kind.PLATFORM, 2, 200), Duration.ZERO, SECOND);

            assertThat(measured.operations()).isPositive();
            assertThat(measured.logBytes()).isGreaterThan(200 * measured.operations());
            assertThat(measured.latency().getTotalCount()).isEqualTo(measured.operations());
        }
        assertThat(directory.resolve("postgresql/data/postmaster.pid")).as("the server is stopped").doesNotExist();
    }

    @Test
    void virtual_threads_are_not_asked_of_it_and_no_more_connections_than_it_takes() {
        PostgresContestant contestant = new PostgresContestant(PostgresContestant.Statement.INSERT);

        assertThat(contestant.runs(new Load(Load.Kind.PLATFORM, 256, 1))).isTrue();
        assertThat(contestant.runs(new Load(Load.Kind.PLATFORM, 1000, 1))).isFalse();
        assertThat(contestant.runs(new Load(Load.Kind.VIRTUAL, 1, 1))).isFalse();
    }

    @Test
    void a_line_of_pgbenchs_log_has_the_time_of_a_transaction() {
        assertThat(Pgbench.microseconds("3 17 412 0 1764460800 123456")).isEqualTo(412);
        assertThatThrownBy(() -> Pgbench.microseconds("pgbench: error")).hasMessageContaining("pgbench: error");
    }
}
