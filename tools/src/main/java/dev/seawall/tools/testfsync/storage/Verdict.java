package dev.seawall.tools.testfsync.storage;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Whether a place keeps its word, as far as a program can tell: it cannot cut the power.
///
/// @param findings the worst first
public record Verdict(List<Finding> findings) {

    /// @param speed what was measured; empty if nothing was
    public static Verdict of(Storage storage, Optional<Speed> speed) {
        return new Verdict(Stream.concat(FileSystemRules.of(storage).stream(), DeviceRules.of(storage, speed).stream())
                .sorted(Comparator.comparing(Finding::level).reversed()).toList());
    }

    public boolean isDangerous() {
        return findings.stream().anyMatch(finding -> finding.level() == Finding.Level.DANGER);
    }
}
