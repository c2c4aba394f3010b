package dev.seawall.checkpointer.files;

import dev.seawall.wal.record.RelationId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which file of `base/` holds a page: `<database>/<relation>[_<fork>][.<segment>]`, 1 GiB each.
///
/// @param fork    block 0 of the fork the file belongs to
/// @param segment 0 for the file without a number
public record RelationFile(PageId fork, int segment) implements Comparable<RelationFile> {

    /// Blocks of a file: PostgreSQL's RELSEG_SIZE.
    public static final int SEGMENT_BLOCKS = 131072;

    private static final String[] FORKS = {"", "_fsm", "_vm", "_init"};
    private static final Pattern DATABASE = Pattern.compile("[1-9][0-9]{0,9}");
    private static final Pattern NAME = Pattern.compile("([1-9][0-9]{0,9})(_fsm|_vm|_init)?(?:\\.([1-9][0-9]{0,4}))?");

    public static RelationFile of(PageId page) {
        return new RelationFile(new PageId(page.relation(), page.fork(), 0),
                Integer.divideUnsigned(page.block(), SEGMENT_BLOCKS));
    }

    /// Where in its file the page begins.
    public static long offset(PageId page) {
        return (long) Integer.remainderUnsigned(page.block(), SEGMENT_BLOCKS) * DataPage.BYTES;
    }

    public static boolean isDatabase(String directory) {
        return DATABASE.matcher(directory).matches();
    }

    /// Null for a name that is no relation's.
    public static @Nullable RelationFile parse(String database, String name) {
        Matcher match = NAME.matcher(name);
        if (!match.matches()) {
            return null;
        }
        RelationId relation = new RelationId(RelationId.DEFAULT_TABLESPACE,
                Integer.parseUnsignedInt(database), Integer.parseUnsignedInt(match.group(1)));
        int fork = 0;
        while (match.group(2) != null && !FORKS[fork].equals(match.group(2))) {
            fork++;
        }
        int segment = match.group(3) == null ? 0 : Integer.parseInt(match.group(3));
        return new RelationFile(new PageId(relation, fork, 0), segment);
    }

    /// Relative to `base/`.
    public String path() {
        RelationId relation = fork.relation();
        return Integer.toUnsignedString(relation.database()) + "/" + Integer.toUnsignedString(relation.relation())
                + FORKS[fork.fork()] + (segment == 0 ? "" : "." + segment);
    }

    @Override
    public int compareTo(RelationFile other) {
        int order = fork.compareTo(other.fork);
        return order == 0 ? Integer.compare(segment, other.segment) : order;
    }
}
