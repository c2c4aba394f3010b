package dev.seawall.walwriter.syncrep;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.cluster.SyncCommits.Level;
import dev.seawall.walwriter.syncrep.StandbyNames.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Which standbys count as synchronous now, and what enough of them have.
///
/// @param places one for each standby, in their order
record Standings(StandbyNames names, List<Place> places) {

    /// pg_stat_replication's `sync_state`.
    enum State { ASYNC, POTENTIAL, SYNC, QUORUM }

    /// A standby's.
    ///
    /// @param priority 0: it is not named, or cannot be waited for
    record Place(Standby standby, int priority, State state) {}

    /// @param standbys in the order in which they came: of two with one priority the first is before
    static Standings of(StandbyNames names, List<Standby> standbys) {
        List<Standby> chosen = standbys.stream()
                .filter(standby -> standby.isStreaming() && priority(names, standby) > 0)
                .sorted(Comparator.comparingInt(standby -> priority(names, standby)))
                .limit(names.method() == Method.FIRST ? names.count() : Long.MAX_VALUE)
                .toList();
        List<Place> places = new ArrayList<>();
        for (Standby standby : standbys) {
            int priority = priority(names, standby);
            State state = priority == 0 ? State.ASYNC
                    : !chosen.contains(standby) ? State.POTENTIAL
                    : names.method() == Method.FIRST ? State.SYNC : State.QUORUM;
            places.add(new Place(standby, priority, state));
        }
        return new Standings(names, List.copyOf(places));
    }

    private static int priority(StandbyNames names, Standby standby) {
        return standby.flush().isValid() ? names.priorityOf(standby.applicationName()) : 0;
    }

    /// Those that count.
    List<Standby> synchronous() {
        return places.stream().filter(place -> place.state() == State.SYNC || place.state() == State.QUORUM)
                .map(Place::standby).toList();
    }

    /// How many more there must be for anything to be acknowledged.
    int missing() {
        return Math.max(0, names.count() - synchronous().size());
    }

    /// How far all of the first ones are, or any that are as many as there must be; [Lsn#INVALID] if they are too
    /// few.
    Lsn reached(Level level) {
        List<Standby> synchronous = synchronous();
        if (names.isEmpty() || synchronous.size() < names.count()) {
            return Lsn.INVALID;
        }
        // Of the first ones there are no more than there must be: the furthest that all have, too.
        return synchronous.stream().map(standby -> standby.at(level)).sorted(Comparator.reverseOrder())
                .skip(names.count() - 1L).findFirst().orElse(Lsn.INVALID);
    }

    /// Who is named and does not count, in the order of the names.
    List<String> absent() {
        List<Standby> synchronous = synchronous();
        return names.names().stream().filter(name -> name.equals("*")
                || synchronous.stream().noneMatch(one -> StandbyNames.isSame(name, one.applicationName()))).toList();
    }
}
