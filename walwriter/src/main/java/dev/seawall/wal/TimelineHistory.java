package dev.seawall.wal;

import java.util.ArrayList;
import java.util.List;

/// A timeline and the ancestors it branched from: the content of a `.history` file.
///
/// One line an ancestor, ascending: `parent<TAB>LSN<TAB>reason`. A child's file is its parent's
/// verbatim, an empty line, and the new line. The LSN is where the parent was left.
public record TimelineHistory(TimelineId timeline, List<Branch> branches) {

    /// `parent` was left at `switchPoint`, the end of the last record taken from it.
    public record Branch(TimelineId parent, Lsn switchPoint, String reason) {}

    public TimelineHistory {
        branches = List.copyOf(branches);
        TimelineId last = null;
        for (Branch branch : branches) {
            if (last != null && !branch.parent().isAfter(last) || !timeline.isAfter(branch.parent())) {
                throw new IllegalArgumentException("timeline history of " + timeline
                        + " names timeline " + branch.parent() + " out of order");
            }
            last = branch.parent();
        }
    }

    /// A timeline without ancestors, such as 1, which has no file.
    public static TimelineHistory root(TimelineId timeline) {
        return new TimelineHistory(timeline, List.of());
    }

    public static String fileName(TimelineId timeline) {
        return timeline.toHex() + ".history";
    }

    public static boolean isHistoryName(String fileName) {
        return fileName.matches("[0-9A-F]{8}\\.history");
    }

    /// Reads a history file's text.
    ///
    /// @throws IllegalArgumentException with the line that cannot be understood
    public static TimelineHistory parse(TimelineId timeline, String text) {
        List<Branch> branches = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String content = line.strip();
            if (content.isEmpty() || content.startsWith("#")) {
                continue;
            }
            String[] fields = content.split("\\s+", 3);
            if (fields.length < 2 || !fields[0].matches("[0-9]{1,10}")) {
                throw new IllegalArgumentException(
                        "syntax error in history file " + fileName(timeline) + ": \"" + line + "\"");
            }
            branches.add(new Branch(
                    new TimelineId(Integer.parseUnsignedInt(fields[0])),
                    Lsn.parse(fields[1]),
                    fields.length > 2 ? fields[2] : ""));
        }
        return new TimelineHistory(timeline, branches);
    }

    /// The history of a child that leaves this timeline at `switchPoint`.
    public TimelineHistory branch(TimelineId child, Lsn switchPoint, String reason) {
        List<Branch> longer = new ArrayList<>(branches);
        longer.add(new Branch(timeline, switchPoint, reason));
        return new TimelineHistory(child, longer);
    }

    public String toText() {
        StringBuilder text = new StringBuilder();
        for (Branch branch : branches) {
            if (!text.isEmpty()) {
                text.append('\n');
            }
            text.append(branch.parent()).append('\t').append(branch.switchPoint())
                    .append('\t').append(branch.reason()).append('\n');
        }
        return text.toString();
    }

    /// The timeline that holds the byte at `lsn`, for a reader that follows this history.
    public TimelineId timelineAt(Lsn lsn) {
        for (Branch branch : branches) {
            if (lsn.isBefore(branch.switchPoint())) {
                return branch.parent();
            }
        }
        return timeline;
    }

    /// Where this history leaves `ancestor`; [Lsn#MAX] for the timeline itself, [Lsn#INVALID] for
    /// a timeline that is not in it.
    public Lsn switchPointOf(TimelineId ancestor) {
        if (ancestor.equals(timeline)) {
            return Lsn.MAX;
        }
        for (Branch branch : branches) {
            if (branch.parent().equals(ancestor)) {
                return branch.switchPoint();
            }
        }
        return Lsn.INVALID;
    }
}
