package dev.seawall.tools.systemd;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/// A real systemd with Seawall installed in it, as process 1 of its own namespaces, on this machine's kernel.
///
/// It is gone, with every process, mount and cgroup, when this is closed or this JVM ends, however it
/// does: `box.sh` lives as long as its standard input.
final class SystemdBox implements AutoCloseable {

    private static final String RESOURCES = "tools/src/test/resources/dev/seawall/tools/systemd";
    private static final Duration MOST = Duration.ofSeconds(60);

    /// A program that was run, to its end.
    ///
    /// @param out standard output and error
    record Ran(int code, String out) {

        boolean isDone() {
            return code == 0;
        }
    }

    private final Process script;
    private final String first;

    private SystemdBox(Process script, String first) {
        this.script = script;
        this.first = first;
    }

    /// Boots.
    ///
    /// @param repository its top directory
    /// @param scratch    an empty directory
    /// @throws AssertionError with what to do, if this machine cannot
    static SystemdBox boot(Path repository, Path scratch) throws Exception {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new AssertionError("a real systemd can be booted by root only"
                    + "\nHINT: Run this test as root on a Linux with namespaces; in a container, a privileged one.");
        }
        if (!Files.exists(Path.of("/lib/systemd/systemd"))) {
            throw new AssertionError("there is no /lib/systemd/systemd\nHINT: apt-get install systemd");
        }
        Path box = Files.createDirectory(scratch.resolve("box"));
        Path log = scratch.resolve("boot.log");
        Path resources = repository.resolve(RESOURCES);
        ProcessBuilder command = new ProcessBuilder("unshare", "--mount", "--propagation", "private", "bash",
                resources.resolve("box.sh").toString(), "run", box.toString(), log.toString(),
                resources.resolve("prepare.sh").toString());
        command.environment().put("BUILT", built(scratch.resolve("built")).toString());
        command.environment().put("JDK", System.getProperty("java.home"));
        command.environment().put("SYSTEMD", repository.resolve("systemd").toString());
        Process script = command.redirectErrorStream(true).start();
        BufferedReader output = script.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("up ")) {
                return new SystemdBox(script, line.substring(3));
            }
        }
        throw new AssertionError("no systemd could be booted in namespaces of its own"
                + "\nHINT: This needs root and a kernel that lets it make namespaces, cgroups, a tmpfs and an"
                + " overlay; in a container, a privileged one.\n"
                + (Files.exists(log) ? Files.readString(log) : "nothing was logged"));
    }

    /// The programs as they would have been packaged: jars of what this test runs with.
    private static Path built(Path into) throws IOException {
        Path libraries = Files.createDirectories(into.resolve("lib"));
        for (String entry : System.getProperty("java.class.path").split(":")) {
            Path path = Path.of(entry);
            String name = path.getFileName().toString();
            if (Files.isDirectory(path) && path.endsWith("target/classes")) {
                String module = path.getParent().getParent().getFileName().toString();
                pack(path, module.equals("tools") ? into.resolve("seawall-tools-test.jar")
                        : libraries.resolve("seawall-" + module + ".jar"));
            } else if (name.endsWith(".jar") && !name.endsWith("-tests.jar")
                    && !name.matches("(junit|assertj|archunit|byte-buddy|opentest4j|surefire).*")) {
                Files.copy(path, libraries.resolve(name));
            }
        }
        return into;
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                Files.copy(file, out);
            }
        }
    }

    /// Runs a program as root in the box.
    Ran run(String... command) throws IOException, InterruptedException {
        return run(MOST, command);
    }

    Ran run(Duration most, String... command) throws IOException, InterruptedException {
        Process process = start(command);
        process.getOutputStream().close();
        // Read by another thread: a program that hangs must not hang the test.
        StringBuilder out = new StringBuilder();
        Thread reader = Thread.ofVirtual().start(() -> {
            try (InputStream from = process.getInputStream()) {
                out.append(new String(from.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                out.append(e);
            }
        });
        if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(List.of(command) + " did not end within " + most);
        }
        reader.join();
        return new Ran(process.exitValue(), out.toString());
    }

    /// Starts a program as root in the box.
    Process start(String... command) throws IOException {
        List<String> entering = new ArrayList<>(List.of("nsenter", "-t", first, "-a", "--"));
        entering.addAll(Arrays.asList(command));
        ProcessBuilder builder = new ProcessBuilder(entering).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("SEAWALL_JAVA_HOME", "/opt/seawall-jdk");
        return builder.start();
    }

    /// Runs a program that must succeed.
    ///
    /// @return its output without the last line's end
    String must(String... command) throws IOException, InterruptedException {
        Ran ran = run(command);
        if (!ran.isDone()) {
            throw new AssertionError(String.join(" ", command) + " exited with " + ran.code() + ": " + ran.out());
        }
        return ran.out().stripTrailing();
    }

    /// A property of a unit, as `systemctl show` has it.
    String property(String unit, String name) throws IOException, InterruptedException {
        return must("systemctl", "show", "--property", name, "--value", unit);
    }

    /// What a unit wrote to the journal, and systemd about it, since the boot.
    String journal(String unit) throws IOException, InterruptedException {
        must("journalctl", "--sync");
        return must("journalctl", "--no-pager", "--boot", "--output=cat", "--unit", unit);
    }

    void write(String path, String text) throws IOException, InterruptedException {
        must("sh", "-c", "mkdir -p \"$(dirname \"$1\")\" && printf '%s' \"$2\" >\"$1\"", "sh", path, text);
    }

    @Override
    public void close() throws IOException {
        script.getOutputStream().close();
        try {
            if (!script.waitFor(20, TimeUnit.SECONDS)) {
                throw new AssertionError("the box was not taken away within 20 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            script.destroyForcibly();
        }
    }
}
