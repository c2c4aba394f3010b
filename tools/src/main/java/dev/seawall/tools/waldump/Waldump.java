package dev.seawall.tools.waldump;

import dev.seawall.tools.Program;
import dev.seawall.tools.waldump.text.RecordLines;
import dev.seawall.tools.waldump.text.TextOutput;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.ResourceManagerId;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// `waldump`: shows the records of a log of ours or of a real PostgreSQL server, 13 to 18.
///
/// Options, output, messages and exit codes are pg_waldump 15's: 0, or 1 when anything was wrong,
/// the log's end included when no end was asked for.
public final class Waldump {

    private static final String NAME = "waldump";

    private final Arguments arguments;
    private final @Nullable String block;
    private final @Nullable String fork;
    private final @Nullable String relation;

    private Waldump(Arguments arguments) {
        this.arguments = arguments;
        this.block = arguments.value("B");
        this.fork = arguments.value("F");
        this.relation = arguments.value("R");
    }

    /// What `--help` prints.
    public static String help() {
        return WaldumpHelp.TEXT;
    }

    public static void main(String[] args) {
        Program.exit(run(System.out, System.err, args));
    }

    /// Runs with other streams; for tests.
    static int run(OutputStream out, PrintStream err, String... args) {
        if (args.length > 0 && (args[0].equals("--help") || args[0].equals("-?"))) {
            return show(out, WaldumpHelp.TEXT);
        }
        if (args.length > 0 && (args[0].equals("--version") || args[0].equals("-V"))) {
            return show(out, WaldumpHelp.VERSION);
        }
        TextOutput text = new TextOutput(out);
        try {
            if (args.length == 0) {
                throw FatalException.badArgument("no arguments specified");
            }
            return new Waldump(Arguments.parse(args)).dump(text);
        } catch (FatalException e) {
            text.flush();
            err.println(NAME + ": " + e.getMessage());
            if (e.isAboutArguments()) {
                err.println(NAME + ": hint: Try \"" + NAME + " --help\" for more information.");
            }
            return 1;
        }
    }

    private static int show(OutputStream out, String text) {
        new TextOutput(out).put(text).flush();
        return 0;
    }

    private int dump(TextOutput out) {
        if (arguments.values("r").stream().anyMatch("list"::equalsIgnoreCase)) {
            for (int manager = 0; manager < ResourceManagerId.builtInCount(); manager++) {
                out.put(ResourceManagerId.of(manager).displayName()).endLine();
            }
            out.flush();
            return 0;
        }
        RecordFilter filter = filter();
        String limit = arguments.value("n");
        int stopAfter = limit == null ? 0
                : number(limit, "invalid value \"%s\" for option -n/--limit");
        Lsn from = location(arguments.value("s"));
        Lsn to = location(arguments.value("e"));
        String timeline = arguments.value("t");
        int wantedTimeline = timeline == null ? 1 : number(timeline, "invalid timeline specification: \"%s\"");
        String statisticsKind = arguments.value("z");
        if (statisticsKind != null && !List.of("", "record", "rmgr").contains(statisticsKind)) {
            throw bad("unrecognized value for option --stats: " + statisticsKind);
        }
        if (block != null && relation == null) {
            throw bad("option -B/--block requires option -R/--relation to be specified");
        }
        List<String> segments = arguments.others();
        if (segments.size() > 2) {
            throw bad("too many command-line arguments (first is \"" + segments.get(2) + "\")");
        }
        String path = arguments.value("p");
        DumpRange range = DumpRange.of(path == null ? null : Path.of(path), segments, wantedTimeline, from, to);
        return new DumpRun(range, filter, format(), arguments.has("f"), stopAfter, out).run();
    }

    private DumpRun.Format format() {
        if (arguments.has("q")) {
            return DumpRun.Format.NOTHING;
        }
        if (arguments.has("z")) {
            return "record".equals(arguments.value("z"))
                    ? DumpRun.Format.STATISTICS_BY_KIND : DumpRun.Format.STATISTICS;
        }
        if (arguments.has("json")) {
            return DumpRun.Format.JSON;
        }
        return arguments.has("b") ? DumpRun.Format.DETAILED_LINES : DumpRun.Format.LINES;
    }

    private RecordFilter filter() {
        OptionalInt wantedBlock = OptionalInt.empty();
        if (block != null) {
            wantedBlock = OptionalInt.of(number(block, "invalid block number: \"%s\""));
            if (wantedBlock.getAsInt() == -1) {
                throw bad("invalid block number: \"" + block + "\"");
            }
        }
        RelationId wantedRelation = relation == null ? null : ArgumentScan.relation(relation);
        if (relation != null && wantedRelation == null) {
            throw bad("invalid relation specification: \"" + relation + "\"\n" + NAME
                    + ": detail: Expecting \"tablespace OID/database OID/relation filenode\".");
        }
        OptionalInt wantedFork = OptionalInt.empty();
        if (fork != null) {
            wantedFork = OptionalInt.of(RecordLines.forkNumber(fork));
            if (wantedFork.getAsInt() < 0) {
                throw bad("invalid fork name: \"" + fork + "\"");
            }
        }
        String xid = arguments.value("x");
        OptionalInt wantedXid = xid == null ? OptionalInt.empty()
                : OptionalInt.of(number(xid, "invalid transaction ID specification: \"%s\""));
        return new RecordFilter(wantedManagers(), wantedXid, wantedRelation, wantedBlock, wantedFork,
                arguments.has("w"));
    }

    private @Nullable BitSet wantedManagers() {
        BitSet wanted = new BitSet();
        for (String name : arguments.values("r")) {
            wanted.set(managerNumber(name));
        }
        return wanted.isEmpty() ? null : wanted;
    }

    private static int managerNumber(String name) {
        if (name.matches("custom[-+]?[0-9].*")) {
            OptionalInt number = ArgumentScan.number(name.substring("custom".length()));
            int value = number.orElse(0);
            if (value < 128 || value > 255) {
                throw bad("custom resource manager \"" + name + "\" does not exist");
            }
            return value;
        }
        for (int manager = 0; manager < ResourceManagerId.builtInCount(); manager++) {
            if (ResourceManagerId.of(manager).displayName().equalsIgnoreCase(name)) {
                return manager;
            }
        }
        throw bad("resource manager \"" + name + "\" does not exist");
    }

    private static int number(String text, String problem) {
        return ArgumentScan.number(text).orElseThrow(() -> bad(String.format(problem, text)));
    }

    private static @Nullable Lsn location(@Nullable String text) {
        if (text == null) {
            return null;
        }
        Lsn lsn = ArgumentScan.lsn(text);
        if (lsn == null) {
            throw bad("invalid WAL location: \"" + text + "\"");
        }
        return lsn;
    }

    private static FatalException bad(String message) {
        return FatalException.badArgument(message);
    }
}
