package dev.seawall.tools.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.ExitCode;
import dev.seawall.tools.child.ChildJvm;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RehearsalTest {

    /// In a JVM of its own: its signals are its daemon's.
    @Test
    void a_rehearsed_walwriter_takes_a_commit_and_ends_well_by_itself() throws Exception {
        try (ChildJvm rehearsal = ChildJvm.start(Rehearsal.class, List.of())) {
            assertThat(rehearsal.await()).isEqualTo(ExitCode.DONE.code());
        }
    }
}
