package dev.seawall.sim;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.SimulatedDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Operations × strikes: every cell is a number of lives, each struck at another disk call.
///
/// A first life, in which nothing goes wrong, tells what calls an operation makes; the lives of a
/// cell then go round its call sites, rare ones as often as frequent ones. Cells are shared among
/// the machine's processors; a life is one thread's and repeats from what a failure's message says.
public final class PowerCutTable {

    private static final int LIVES_IN_TURN = 4;

    private final List<Patient> patients;
    private final int livesPerCell;
    private final UnaryOperator<Disk> planted;
    private boolean isStoppedByFirst;
    private volatile boolean isStopping;

    /// @param planted wraps the disk of every life: the identity, or a bug
    public PowerCutTable(List<Patient> patients, int livesPerCell, UnaryOperator<Disk> planted) {
        this.patients = List.copyOf(patients);
        this.livesPerCell = livesPerCell;
        this.planted = planted;
    }

    /// One cell's outcome.
    ///
    /// @param struck  lives in which the strike found its call
    /// @param failure the first broken promise, with all that is needed to see it again
    public record Cell(Patient patient, Strike strike, int lives, int struck, @Nullable AssertionError failure) {}

    /// The outcome of all cells.
    public record Outcome(List<Cell> cells, Duration time) {

        /// Throws the first broken promise, if any.
        public void assertKept() {
            for (Cell cell : cells) {
                if (cell.failure != null) {
                    throw cell.failure;
                }
            }
        }

        public boolean isBroken() {
            return cells.stream().anyMatch(cell -> cell.failure != null);
        }

        public int lives() {
            return cells.stream().mapToInt(Cell::lives).sum();
        }

        /// A line an operation, a column a strike: lives, and how many of them were struck.
        @Override
        public String toString() {
            Map<String, EnumMap<Strike, Cell>> rows = new java.util.LinkedHashMap<>();
            for (Cell cell : cells) {
                rows.computeIfAbsent(cell.patient.name(), _ -> new EnumMap<>(Strike.class)).put(cell.strike, cell);
            }
            StringBuilder text = new StringBuilder("%-28s".formatted("lives (struck)"));
            for (Strike strike : Strike.values()) {
                text.append("%18s".formatted(strike.name().toLowerCase(java.util.Locale.ROOT)));
            }
            rows.forEach((name, row) -> {
                text.append("%n%-28s".formatted(name));
                for (Strike strike : Strike.values()) {
                    Cell cell = row.get(strike);
                    text.append("%18s".formatted(cell == null ? "-" : cell.lives + " (" + cell.struck + ")"
                            + (cell.failure == null ? "" : " BAD")));
                }
            });
            return text.append("%n%d lives in %d ms".formatted(lives(), time.toMillis())).toString();
        }
    }

    /// Runs all cells until a promise is broken in one: for planted bugs.
    public Outcome runUntilBroken(long seed) throws Exception {
        isStoppedByFirst = true;
        return run(seed);
    }

    /// Runs all cells; a cell ends with its first broken promise.
    public Outcome run(long seed) throws Exception {
        long start = System.nanoTime();
        List<Cell> cells = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<Future<Cell>> running = new ArrayList<>();
            for (Patient patient : patients) {
                try {
                    submit(new Subject(patient, seed), threads, running);
                } catch (AssertionError e) {
                    if (!isStoppedByFirst) {
                        throw e;
                    }
                    // A planted bug that shows in the life that no strike befalls is found, too.
                    cells.add(new Cell(patient, Strike.values()[0], 1, 0, e));
                }
            }
            for (Future<Cell> part : running) {
                add(result(part), cells);
            }
        }
        return new Outcome(cells, Duration.ofNanos(System.nanoTime() - start));
    }

    /// Where the first broken promise ends all, every strike gets its turn soon.
    private void submit(Subject subject, ExecutorService threads, List<Future<Cell>> running) {
        int lives = isStoppedByFirst ? LIVES_IN_TURN : livesPerCell;
        for (int from = 0; from < livesPerCell; from += lives) {
            int first = from;
            int end = Math.min(from + lives, livesPerCell);
            for (Strike strike : Strike.values()) {
                Callable<Cell> part = () -> subject.cell(strike, first, end);
                running.add(threads.submit(part));
            }
        }
    }

    private static void add(Cell part, List<Cell> cells) {
        for (int i = 0; i < cells.size(); i++) {
            Cell cell = cells.get(i);
            if (cell.patient == part.patient && cell.strike == part.strike) {
                cells.set(i, new Cell(cell.patient, cell.strike, cell.lives + part.lives, cell.struck + part.struck,
                        cell.failure == null ? part.failure : cell.failure));
                return;
            }
        }
        cells.add(part);
    }

    private static Cell result(Future<Cell> cell) throws Exception {
        try {
            return cell.get();
        } catch (ExecutionException e) {
            throw new AssertionError("the rig itself failed", e.getCause());
        }
    }

    /// Lives one life again: what a failure's message names.
    public void replay(Patient patient, Strike strike, long tableSeed, int life) throws Exception {
        new Subject(patient, tableSeed).live(strike, life);
    }

    /// An operation with the disk it begins with and the calls it makes.
    private final class Subject {

        private final Patient patient;
        private final long seed;
        private final SimulatedDisk image;
        private final List<Map.Entry<CallSite, Integer>> sites;

        Subject(Patient patient, long seed) throws Exception {
            this.patient = patient;
            this.seed = seed;
            this.image = patient.image(seed);
            SimulatedDisk disk = image.copy(seed);
            CallSite.Census census = new CallSite.Census();
            disk.trace(census::add);
            try (SimulatedWorld world = new SimulatedWorld(seed)) {
                patient.life(seed).operate(disk, world);
            }
            this.sites = List.copyOf(census.counts().entrySet());
            if (sites.isEmpty()) {
                throw new AssertionError(patient.name() + " changes nothing on its disk");
            }
        }

        /// Lives a cell's lives from one to before another.
        Cell cell(Strike strike, int from, int end) throws Exception {
            int struck = 0;
            int life = from;
            for (; life < end && !isStopping; life++) {
                try {
                    struck += live(strike, life) ? 1 : 0;
                } catch (AssertionError e) {
                    isStopping = isStoppedByFirst;
                    return new Cell(patient, strike, life + 1 - from, struck, e);
                }
            }
            return new Cell(patient, strike, life - from, struck, null);
        }

        /// @return whether the strike found its call
        private boolean live(Strike strike, int life) throws Exception {
            List<Map.Entry<CallSite, Integer>> targets = sites.stream()
                    .filter(site -> strike.canHit(site.getKey().operation())).toList();
            if (targets.isEmpty()) {
                return false;
            }
            Map.Entry<CallSite, Integer> target = targets.get(life % targets.size());
            int nth = 1 + life / targets.size() % target.getValue();
            long lifeSeed = seed + 1_000_003L * life + strike.ordinal();
            SimulatedDisk disk;
            synchronized (image) {
                disk = image.copy(lifeSeed);
            }
            CutLife cut = new CutLife(disk, planted, patient.life(lifeSeed), lifeSeed);
            try {
                cut.live(strike, target.getKey(), nth);
                return cut.isStruck();
            } catch (Exception | Error e) {
                throw new AssertionError("%s, %s of call %d of %s: table seed %d, life %d%n  %s%nlast calls:%n  %s"
                        .formatted(patient.name(), strike, nth, target.getKey(), seed, life, e,
                                String.join(System.lineSeparator() + "  ", cut.trace())), e);
            }
        }
    }
}
