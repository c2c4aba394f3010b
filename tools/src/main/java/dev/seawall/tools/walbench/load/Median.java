package dev.seawall.tools.walbench.load;

import java.util.List;

/// What counts of several rounds.
public final class Median {

    private Median() {}

    /// Of an even number, the mean of the two in the middle.
    ///
    /// @throws IllegalArgumentException if there are none
    public static double of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("there is no median of nothing");
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
