package dev.seawall.walwriter;

import java.time.Duration;

/// How long a flush waits for more commits to come, and when: PostgreSQL's `commit_delay` and
/// `commit_siblings`. By default not at all: while a flush is under way the next batch gathers anyway, and
/// [Gathering] sees to those who come again at once.
///
/// @param time     before the flush
/// @param siblings so many other transactions must be open, or nobody would come
public record CommitDelay(Duration time, int siblings) {

    public static final CommitDelay NONE = new CommitDelay(Duration.ZERO, 5);
}
