package dev.seawall.tools.walbench.contest;

import dev.seawall.tools.walbench.load.Load;
import dev.seawall.tools.walbench.load.Measurement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What all contestants reached under all loads.
public final class Results {

    private final Map<Load, Map<String, Standing>> standings = new LinkedHashMap<>();
    private final List<String> complaints = new ArrayList<>();

    /// Adds a round.
    public void add(Contestant contestant, Measurement measured, String remark) {
        standings.computeIfAbsent(measured.load(), _ -> new LinkedHashMap<>())
                .computeIfAbsent(contestant.name(), _ -> new Standing(contestant, measured.load()))
                .add(measured, remark);
    }

    /// Notes what went wrong.
    public void complain(String complaint) {
        complaints.add(complaint);
    }

    /// What went wrong; empty if all went well.
    public List<String> complaints() {
        return complaints;
    }

    /// All loads but the disk's own, in the order of their coming.
    public List<Load> loads() {
        return standings.keySet().stream().filter(load -> load.kind() != Load.Kind.DISK).toList();
    }

    /// Everyone who was asked this.
    public List<Standing> of(Load load) {
        return List.copyOf(standings.getOrDefault(load, Map.of()).values());
    }

    /// Those of one group who were asked this.
    public List<Standing> of(Load load, Contestant.Group group) {
        return of(load).stream().filter(standing -> standing.contestant().group() == group).toList();
    }

    /// What the disk can do.
    public List<Standing> disk() {
        return standings.entrySet().stream().filter(entry -> entry.getKey().kind() == Load.Kind.DISK)
                .flatMap(entry -> entry.getValue().values().stream()).toList();
    }

    /// One of the disk's figures.
    public Optional<Standing> disk(String name) {
        return disk().stream().filter(standing -> standing.contestant().name().equals(name)).findFirst();
    }

    /// Those whom ours must beat under a load. Whoever serves virtual threads may use platform threads as well: so the
    /// peers of virtual threads are measured by the better of both.
    public List<Standing> peers(Load load) {
        List<Standing> peers = new ArrayList<>(of(load, Contestant.Group.PEER));
        if (load.kind() == Load.Kind.VIRTUAL) {
            peers.addAll(of(new Load(Load.Kind.PLATFORM, load.count(), load.bytes()), Contestant.Group.PEER));
        }
        return peers;
    }
}
