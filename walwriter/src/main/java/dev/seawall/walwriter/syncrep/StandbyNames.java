package dev.seawall.walwriter.syncrep;

import java.util.List;

/// Which standbys commits wait for: what `synchronous_standby_names` says.
///
/// @param text  as it was written
/// @param count how many of them must have a commit; 0: none, commits wait for nobody
/// @param names application names, in order of priority; `*`: any
public record StandbyNames(String text, Method method, int count, List<String> names) {

    /// Commits wait for nobody.
    public static final StandbyNames NONE = new StandbyNames("", Method.FIRST, 0, List.of());

    /// Which of those that are named count.
    public enum Method {
        /// The first ones by their place in the list; the others stand by to take their place.
        FIRST,
        /// Any, as many as there must be.
        ANY
    }

    /// @throws IllegalArgumentException with PostgreSQL's words, if it is neither a list nor empty
    public static StandbyNames parse(String text) {
        return text.isEmpty() ? NONE : new StandbyNamesParser(text).parse();
    }

    public boolean isEmpty() {
        return count == 0;
    }

    /// Place of a standby in the list, from 1 on, or 1 if places do not count; 0 if it is not named.
    public int priorityOf(String applicationName) {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equals("*") || isSame(names.get(i), applicationName)) {
                return method == Method.FIRST ? i + 1 : 1;
            }
        }
        return 0;
    }

    /// As PostgreSQL compares names, in the C locale: only ASCII's letters have two cases.
    static boolean isSame(String name, String other) {
        if (name.length() != other.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (lower(name.charAt(i)) != lower(other.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static char lower(char letter) {
        return letter >= 'A' && letter <= 'Z' ? (char) (letter + ('a' - 'A')) : letter;
    }
}
