package dev.seawall.walwriter.cluster;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.cluster.Slots.Slot;
import dev.seawall.walwriter.logical.DecodedOutput;
import dev.seawall.walwriter.logical.PluginOption;
import java.util.List;

/// What can be had of logical slots besides streaming from them.
///
/// Errors are [dev.seawall.walwriter.wire.SqlException]s with PostgreSQL's states and words. Thread-safe.
public interface LogicalSlots {

    /// Who asks.
    ///
    /// @param checkInterrupts throws when it must end
    record Client(int pid, Runnable checkInterrupts) {}

    /// What to get.
    ///
    /// @param upTo     ends with the record that reaches this; [Lsn#INVALID]: with what is durable now
    /// @param atMost   ends with the record that makes so many texts or more; 0: no limit
    /// @param isBinary whether the texts may be no text
    /// @param function who asks, for people
    /// @param isPeek   whether the slot stays where it is
    record Request(String slot, Lsn upTo, int atMost, List<PluginOption> options, boolean isBinary, String function,
            boolean isPeek) {

        public Request {
            options = List.copyOf(options);
        }
    }

    /// @param plugin   an output plug-in's name
    /// @param ownerPid of a temporary slot, which ends with that session; 0 for one that stays
    Slot create(String name, String plugin, int ownerPid);

    /// Decodes from where the slot is on; what was got counts as confirmed when all of it was taken.
    void changes(Request request, Client client, DecodedOutput into);

    /// Moves the confirmed position forward, not beyond what is durable.
    Slot advance(String name, Lsn to, Client client);
}
