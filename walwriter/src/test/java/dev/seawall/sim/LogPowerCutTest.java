package dev.seawall.sim;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// The log's own operations under power cuts, deaths of the process and errors of the disk.
final class LogPowerCutTest {

    static final List<Patient> PATIENTS = List.of(
            new LogPatient("append and commit", (client, _, _) -> client.doSomeThings(25)),
            new LogPatient("segment creation", (client, wal, world) -> {
                for (int i = 0; i < 4; i++) {
                    client.commitOne();
                    wal.switchSegment();
                    world.letPass(Duration.ofMillis(30));
                }
            }),
            new LogPatient("recycling and removal", (client, wal, world) -> {
                for (int i = 0; i < 6; i++) {
                    client.commitMuch(500_000);
                    client.checkpoint();
                    client.doSomeThings(2);
                    world.letPass(Duration.ofMillis(30));
                }
            }),
            new LogPatient("watermark", (client, _, world) -> {
                for (int i = 0; i < 5; i++) {
                    client.commitOne();
                    world.letPass(Duration.ofMillis(130));
                }
            }),
            new LogPatient("checkpoint and shutdown", (client, _, _) -> {
                client.doSomeThings(5);
                client.checkpoint();
                client.doSomeThings(5);
                client.shutDown();
            }));

    @Test
    void every_promise_is_kept_at_every_disk_call() throws Exception {
        long seed = 1;
        PowerCutTable.Outcome outcome = new PowerCutTable(PATIENTS, Integer.getInteger("seawall.lives", 40), UnaryOperator.identity()).run(seed);

        System.out.println(outcome);
        outcome.assertKept();
    }
}
