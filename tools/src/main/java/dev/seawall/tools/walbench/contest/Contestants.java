package dev.seawall.tools.walbench.contest;

import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/// All who can take part, by name.
public final class Contestants {

    private Contestants() {}

    /// Everyone, ours first.
    public static List<Contestant> all() {
        List<Contestant> all = new ArrayList<>();
        for (Lineup lineup : ServiceLoader.load(Lineup.class)) {
            all.addAll(lineup.contestants());
        }
        all.sort((a, b) -> a.group().compareTo(b.group()));
        return List.copyOf(all);
    }

    public static List<Contestant> of(Contestant.Group group) {
        return all().stream().filter(contestant -> contestant.group() == group).toList();
    }

    /// @throws ExitCodeException if there is nobody of that name
    public static Contestant named(String name) throws ExitCodeException {
        for (Contestant contestant : all()) {
            if (contestant.name().equals(name)) {
                return contestant;
            }
        }
        throw new ExitCodeException(ExitCode.USAGE, "there is no contestant \"" + name + "\", only "
                + String.join(", ", all().stream().map(Contestant::name).toList())
                + "\nHINT: Other logs are in a module of their own: mvn -q -DskipTests package -pl tools/peers -am.");
    }
}
