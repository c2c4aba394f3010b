package dev.seawall.tools.rewind;

import dev.seawall.tools.Json;
import dev.seawall.walwriter.rewind.LostCommits;
import dev.seawall.walwriter.rewind.RewindResult;
import dev.seawall.walwriter.rewind.RewindResult.NotRequired;
import dev.seawall.walwriter.rewind.RewindResult.Rewound;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a rewind did, in pg_rewind's words where it has them.
final class RewindReport {

    /// More are in the list that is kept.
    private static final int PRINTED_MAX = 20;

    private final boolean isDryRun;
    private final boolean isConfigured;

    /// @param isConfigured whether the directory was made a standby's
    RewindReport(boolean isDryRun, boolean isConfigured) {
        this.isDryRun = isDryRun;
        this.isConfigured = isConfigured;
    }

    void print(RewindResult result, PrintStream out) {
        switch (result) {
            case NotRequired _ -> out.println("no rewind required");
            case Rewound rewound -> print(rewound, out);
        }
        if (isDryRun) {
            out.println("This was a dry run: nothing was changed.");
        } else if (isConfigured) {
            out.println("Start it as a standby: walctl start -D DIR");
        } else {
            out.println("Before it is started: make standby.signal and set primary_conninfo, as"
                    + " --write-recovery-conf does.");
        }
    }

    private void print(Rewound rewound, PrintStream out) {
        out.println("servers diverged at WAL location " + rewound.at() + " on timeline " + rewound.timeline());
        LostCommits lost = rewound.lost();
        out.println((isDryRun ? "would be given up: " : "given up: ") + lost.summary());
        lost.listed().stream().limit(PRINTED_MAX).forEach(commit -> out.println("  " + commit));
        if (lost.count() > PRINTED_MAX) {
            out.println("  and " + (lost.count() - PRINTED_MAX) + " more");
        }
        if (isDryRun && !rewound.copied().isEmpty()) {
            out.println(CopyReport.sentence(rewound.copied(), "would be"));
        }
        if (!rewound.note().isEmpty()) {
            out.println("note: " + rewound.note());
        }
        if (!isDryRun) {
            out.println("Their log is kept in \"" + rewound.aside() + "\", with a list, lost_commits.txt; waldump reads"
                    + " it. Remove the directory when nobody needs it.");
            if (!rewound.copied().isEmpty()) {
                out.println("base/ is a copy of the source server's now.");
            }
            out.println("Replication slots of this server were dropped. Done!");
        }
    }

    String json(RewindResult result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        switch (result) {
            case NotRequired(var follow) -> {
                fields.put("rewound", false);
                fields.put("lsn", follow.from());
                fields.put("timeline", Integer.toUnsignedLong(follow.timeline().value()));
            }
            case Rewound rewound -> {
                fields.put("rewound", !isDryRun);
                fields.put("lsn", rewound.at());
                fields.put("timeline", Integer.toUnsignedLong(rewound.timeline().value()));
                fields.put("log_ended_at", rewound.lost().end());
                fields.put("lost_commits", rewound.lost().count());
                fields.put("kept_in", isDryRun ? null : rewound.aside());
                fields.put("copied", !rewound.copied().isEmpty());
                fields.put("copied_because", rewound.copied().isEmpty() ? null : rewound.copied());
                fields.put("note", rewound.note());
            }
        }
        fields.put("dry_run", isDryRun);
        return Json.of(fields);
    }
}
