package dev.seawall.tools.walbench.contest;

import java.util.List;

/// Brings contestants along: found by [java.util.ServiceLoader], so that other logs are there only when their
/// libraries are.
public interface Lineup {

    List<Contestant> contestants();
}
