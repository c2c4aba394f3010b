package dev.seawall.tools.walbench.contest;

import dev.seawall.tools.Directories;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.Program;
import dev.seawall.tools.walbench.load.Load;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The main class of the process that one contestant has for one turn: runs its loads, and writes an [Outcome] of each
/// into a file. Its standard input is held open by whoever started it; when that ends, so does this.
///
/// Each load gets a new log, so that none has the last one's to carry; the code is warm after the first.
final class Turn {

    private final Contestant contestant;
    private final Path directory;
    private final Duration firstWarmUp;
    private final Duration time;

    private Turn(Contestant contestant, Path directory, Duration firstWarmUp, Duration time) {
        this.contestant = contestant;
        this.directory = directory;
        this.firstWarmUp = firstWarmUp;
        this.time = time;
    }

    /// The command line of a turn: what [#main] takes.
    static List<String> arguments(Contestant contestant, Path directory, Path outcomes, Duration firstWarmUp,
            Duration time, List<Load> loads) {
        List<String> arguments = new ArrayList<>(List.of(contestant.name(), directory.toString(), outcomes.toString(),
                String.valueOf(firstWarmUp.toMillis()), String.valueOf(time.toMillis())));
        loads.forEach(load -> arguments.add(load.toString()));
        return arguments;
    }

    private void run(List<Load> loads, PrintStream outcomes) throws Exception {
        for (int i = 0; i < loads.size(); i++) {
            Path home = Files.createDirectory(directory.resolve("load-" + (i + 1)));
            try (Entry entry = contestant.open(home, loads.get(i).bytes())) {
                Duration warmUp = warmUp(i, loads.get(i), firstWarmUp, time);
                outcomes.println(new Outcome(entry.run(loads.get(i), warmUp, time), entry.remark()).line());
                outcomes.flush();
            }
            Directories.remove(home);
        }
    }

    /// A producer fills a log so fast that it soon meets what a log does only later: files that are used again, what
    /// is cached written back. That is where it is measured.
    static Duration warmUp(int number, Load load, Duration firstWarmUp, Duration time) {
        return switch (load.kind()) {
            case WINDOW -> firstWarmUp;
            case VIRTUAL, PLATFORM -> number == 0 ? firstWarmUp : time.dividedBy(3);
            // There is next to nothing to compile.
            case DISK -> time.dividedBy(3);
        };
    }

    /// Ends with the process that started this one, however that ended.
    private static void endWithOwner() {
        Thread.ofPlatform().daemon().name("owner").start(() -> {
            try {
                while (System.in.read() >= 0) {
                    // Nothing is said.
                }
            } catch (IOException e) {
                // As good as its end.
            }
            Program.exit(ExitCode.IO.code());
        });
    }

    public static void main(String[] args) throws Exception {
        endWithOwner();
        List<Load> loads = new ArrayList<>();
        for (int i = 5; i < args.length; i++) {
            loads.add(Load.parse(args[i]));
        }
        try (PrintStream outcomes = new PrintStream(args[2], StandardCharsets.UTF_8)) {
            new Turn(Contestants.named(args[0]), Path.of(args[1]), Duration.ofMillis(Long.parseLong(args[3])),
                    Duration.ofMillis(Long.parseLong(args[4]))).run(loads, outcomes);
        }
        // Some peers leave threads behind that would keep the process.
        Program.exit(ExitCode.DONE.code());
    }
}
