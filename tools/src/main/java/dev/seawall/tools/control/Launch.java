package dev.seawall.tools.control;

import dev.seawall.tools.ExitCode;
import dev.seawall.tools.archiver.Archiver;
import dev.seawall.tools.daemon.CheckpointerDaemon;
import dev.seawall.tools.daemon.DaemonRole;
import dev.seawall.tools.daemon.WalwriterDaemon;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// A daemon, started to outlive who starts it: in a session of its own, its log in a file.
public final class Launch {

    private static final int LAST_LINES = 10;

    private final DaemonRole role;
    private final Process process;
    private final Path log;
    private final long logBegin;

    private Launch(DaemonRole role, Process process, Path log, long logBegin) {
        this.role = role;
        this.process = process;
        this.log = log;
        this.logBegin = logBegin;
    }

    /// @param settings given to it by `-c`
    /// @param logs     the directory of `ROLE.log`, which is appended to
    public static Launch start(DaemonRole role, Path cluster, Map<String, String> settings, Path logs)
            throws IOException {
        return start(role, cluster, settings, logs, List.of());
    }

    /// @param prefix the words of a command that runs the one behind it, in its own process: `ip netns exec N`
    public static Launch start(DaemonRole role, Path cluster, Map<String, String> settings, Path logs,
            List<String> prefix) throws IOException {
        Files.createDirectories(logs);
        Path log = logs.resolve(role.lowerCase() + ".log");
        long begin = Files.exists(log) ? Files.size(log) : 0;
        // A session of its own: what is typed at this terminal, and its end, are not for it.
        List<String> command = new ArrayList<>(prefix);
        command.add("setsid");
        command.addAll(program(role));
        command.addAll(List.of("-D", cluster.toString()));
        settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        Process process = new ProcessBuilder(command).redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
        return new Launch(role, process, log, begin);
    }

    /// The launcher in the directory of the one that started us; without one, as in tests, our own JVM.
    public static List<String> program(DaemonRole role) {
        List<String> command = program(role.command().getFirst(), mainOf(role).getName());
        command.addAll(role.command().subList(1, role.command().size()));
        return command;
    }

    /// What runs `walctl` as a process of its own, in the same way.
    public static List<String> walctl() {
        // By name: it knows us, and not the other way round.
        return program("walctl", "dev.seawall.tools.walctl.Walctl");
    }

    private static List<String> program(String name, String main) {
        Path launcher = Path.of(System.getProperty("seawall.home", ""), "tools", "bin", name);
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(launcher) && System.getProperty("seawall.home") != null) {
            command.add(launcher.toString());
        } else {
            command.addAll(List.of("env", "--default-signal=INT,HUP,TERM",
                    System.getProperty("java.home") + "/bin/java"));
            ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                    .filter(flag -> !flag.startsWith("-agent") && !flag.startsWith("-javaagent")
                            && !flag.startsWith("-XX:AOT"))
                    .forEach(command::add);
            command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                    main));
        }
        return command;
    }

    private static Class<?> mainOf(DaemonRole role) {
        return switch (role) {
            case CHECKPOINTER -> CheckpointerDaemon.class;
            case ARCHIVER -> Archiver.class;
            case WALWRITER -> WalwriterDaemon.class;
        };
    }

    DaemonRole role() {
        return role;
    }

    Path log() {
        return log;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /// SIGKILL, and waits until it is gone.
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /// SIGTERM.
    void stop() {
        process.destroy();
    }

    /// How it ended; it has.
    ExitCode exitCode() {
        int code = process.exitValue();
        return Arrays.stream(ExitCode.values()).filter(known -> known.code() == code).findFirst().orElse(ExitCode.IO);
    }

    /// What it wrote last since this start.
    public String lastWords() throws IOException {
        byte[] all = Files.readAllBytes(log);
        int begin = (int) Math.min(logBegin, all.length);
        List<String> lines = new String(all, begin, all.length - begin, java.nio.charset.StandardCharsets.UTF_8)
                .lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }
}
