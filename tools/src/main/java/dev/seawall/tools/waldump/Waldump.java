package dev.seawall.tools.waldump;

import dev.seawall.tools.Program;
import dev.seawall.tools.waldump.text.RecordLines;
import dev.seawall.tools.waldump.text.TextOutput;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.ResourceManagerId;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `waldump`: shows the records of a log of ours or of a real PostgreSQL server, 13 to 18.
///
/// Options, output, messages and exit codes are pg_waldump 15's: 0, or 1 when anything was wrong,
/// the log's end included when no end was asked for.
@CommandLine.Command(name = "waldump")
public final class Waldump {

    private static final String NAME = "waldump";
    private static final String STATS_KIND = "--stats-kind";

    @Option(names = {"-b", "--bkp-details"})
    private boolean isDetailed;

    @Option(names = {"-B", "--block"})
    private @Nullable String block;

    @Option(names = {"-e", "--end"})
    private @Nullable String end;

    @Option(names = {"-f", "--follow"})
    private boolean isFollowing;

    @Option(names = {"-F", "--fork"})
    private @Nullable String fork;

    @Option(names = {"-n", "--limit"})
    private @Nullable String limit;

    @Option(names = {"-p", "--path"})
    private @Nullable String path;

    @Option(names = {"-q", "--quiet"})
    private boolean isQuiet;

    @Option(names = {"-r", "--rmgr"})
    private List<String> managers = new ArrayList<>();

    @Option(names = {"-R", "--relation"})
    private @Nullable String relation;

    @Option(names = {"-s", "--start"})
    private @Nullable String start;

    @Option(names = {"-t", "--timeline"})
    private @Nullable String timeline;

    @Option(names = {"-w", "--fullpage"})
    private boolean isImageOnly;

    @Option(names = {"-x", "--xid"})
    private @Nullable String xid;

    @Option(names = {"-z", "--stats"})
    private boolean isStatistics;

    // --stats=record is passed as this, since its value may not be the next argument.
    @Option(names = STATS_KIND, hidden = true)
    private @Nullable String statisticsKind;

    @Option(names = "--json")
    private boolean isJson;

    @Parameters
    private List<String> segments = new ArrayList<>();

    private final Disk disk;

    Waldump(Disk disk) {
        this.disk = disk;
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
        Waldump command = new Waldump(new LinuxDisk());
        TextOutput text = new TextOutput(out);
        try {
            command.parse(args);
            return command.dump(text);
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

    private void parse(String[] args) {
        if (args.length == 0) {
            throw FatalException.badArgument("no arguments specified");
        }
        String[] known = args.clone();
        for (int i = 0; i < known.length && !known[i].equals("--"); i++) {
            if (known[i].startsWith("--stats=")) {
                known[i] = STATS_KIND + known[i].substring("--stats".length());
            }
        }
        try {
            new CommandLine(this).parseArgs(known);
        } catch (CommandLine.MissingParameterException e) {
            String option = args[args.length - 1];
            throw FatalException.badOption(option.startsWith("--")
                    ? "option '" + option + "' requires an argument"
                    : "option requires an argument -- '" + option.charAt(option.length() - 1) + "'");
        } catch (CommandLine.UnmatchedArgumentException e) {
            String option = e.getUnmatched().get(0);
            throw FatalException.badOption(option.startsWith("--")
                    ? "unrecognized option '" + option + "'" : "invalid option -- '" + option.charAt(1) + "'");
        } catch (CommandLine.ParameterException e) {
            throw FatalException.badOption(String.valueOf(e.getMessage()));
        }
    }

    private int dump(TextOutput out) {
        if (managers.stream().anyMatch("list"::equalsIgnoreCase)) {
            for (int manager = 0; manager < ResourceManagerId.builtInCount(); manager++) {
                out.put(ResourceManagerId.of(manager).displayName()).endLine();
            }
            out.flush();
            return 0;
        }
        RecordFilter filter = filter();
        int stopAfter = limit == null ? 0
                : number(limit, "invalid value \"%s\" for option -n/--limit");
        Lsn from = location(start);
        Lsn to = location(end);
        int wantedTimeline = timeline == null ? 1 : number(timeline, "invalid timeline specification: \"%s\"");
        if (statisticsKind != null && !statisticsKind.equals("record") && !statisticsKind.equals("rmgr")) {
            throw bad("unrecognized value for option --stats: " + statisticsKind);
        }
        if (block != null && relation == null) {
            throw bad("option -B/--block requires option -R/--relation to be specified");
        }
        if (segments.size() > 2) {
            throw bad("too many command-line arguments (first is \"" + segments.get(2) + "\")");
        }
        DumpRange range = DumpRange.of(disk, path == null ? null : Path.of(path), segments, wantedTimeline, from, to);
        return new DumpRun(disk, range, filter, format(), isFollowing, stopAfter, out).run();
    }

    private DumpRun.Format format() {
        if (isQuiet) {
            return DumpRun.Format.NOTHING;
        }
        if (isStatistics || statisticsKind != null) {
            return "record".equals(statisticsKind)
                    ? DumpRun.Format.STATISTICS_BY_KIND : DumpRun.Format.STATISTICS;
        }
        if (isJson) {
            return DumpRun.Format.JSON;
        }
        return isDetailed ? DumpRun.Format.DETAILED_LINES : DumpRun.Format.LINES;
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
        OptionalInt wantedXid = xid == null ? OptionalInt.empty()
                : OptionalInt.of(number(xid, "invalid transaction ID specification: \"%s\""));
        return new RecordFilter(wantedManagers(), wantedXid, wantedRelation, wantedBlock, wantedFork, isImageOnly);
    }

    private @Nullable BitSet wantedManagers() {
        BitSet wanted = new BitSet();
        for (String name : managers) {
            wanted.set(managerNumber(name));
        }
        return managers.isEmpty() ? null : wanted;
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
