package dev.seawall.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The launchers of tools/bin, in a copy of the tree with a java that only tells how it was called.
final class LauncherTest {

    @TempDir
    Path home;

    @TempDir
    Path elsewhere;

    /// What a launcher said and how it ended.
    private record Outcome(int code, String output) {}

    @BeforeEach
    void a_tree_that_is_built() throws IOException {
        Path bin = Files.createDirectories(home.resolve("tools/bin"));
        for (Path script : Files.list(SourceTree.HOME.resolve("tools/bin")).toList()) {
            Files.copy(script, bin.resolve(script.getFileName().toString()),
                    java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.createFile(home.resolve("tools/pom.xml"));
        Files.createDirectories(home.resolve("tools/target/lib"));
        Files.createFile(home.resolve("tools/target/seawall-tools-1.jar"));
        Files.createFile(home.resolve("tools/target/lib/b.jar"));
        Files.createFile(home.resolve("tools/target/lib/a.jar"));
    }

    @Test
    void the_class_path_has_our_jar_first_and_the_libraries_in_order() throws Exception {
        Outcome outcome = run(jdk("25.0.3"), "walreplay", "one", "two words");

        Path target = home.toRealPath().resolve("tools/target");
        assertThat(outcome.output()).contains("-cp\n" + target + "/seawall-tools-1.jar:" + target + "/lib/a.jar:"
                + target + "/lib/b.jar\ndev.seawall.tools.walreplay.Walreplay\none\ntwo words\n");
        assertThat(outcome.code()).isZero();
    }

    @Test
    void it_works_through_symbolic_links_and_from_any_directory() throws Exception {
        Path first = Files.createSymbolicLink(elsewhere.resolve("first"), home.resolve("tools/bin/walbench"));
        Path second = Files.createSymbolicLink(elsewhere.resolve("second"), first.getFileName());

        Outcome outcome = run(jdk("25"), second);

        assertThat(outcome.output()).contains("dev.seawall.tools.walbench.Walbench");
    }

    @Test
    void a_jdk_that_is_not_25_is_refused_by_its_release_file() throws Exception {
        Outcome outcome = run(jdk("17.0.15"), "waldump");

        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.output()).contains("waldump: SEAWALL_JAVA_HOME is").contains("no JDK 25").contains("HINT: ");
    }

    @Test
    void what_is_not_built_is_said_with_the_command_that_builds_it() throws Exception {
        Files.delete(home.resolve("tools/target/seawall-tools-1.jar"));

        Outcome outcome = run(jdk("25"), "walreplay");

        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.output()).contains("not built").contains("mvn -q -DskipTests package");
    }

    @Test
    void quickstart_in_a_fresh_clone_builds_and_then_runs_what_it_has_built() throws Exception {
        Path target = home.toRealPath().resolve("tools/target");
        Files.delete(target.resolve("seawall-tools-1.jar"));
        Files.delete(target.resolve("lib/a.jar"));
        Files.delete(target.resolve("lib/b.jar"));
        Files.delete(target.resolve("lib"));
        Files.delete(target);
        Path mvn = Files.writeString(elsewhere.resolve("mvn"), "#!/bin/sh\nmkdir -p '" + target + "/lib'\n: >'"
                + target + "/seawall-tools-2.jar'\n: >'" + target + "/lib/c.jar'\n");
        assertThat(mvn.toFile().setExecutable(true)).isTrue();

        Outcome outcome = run(jdk("25"), "walctl", "quickstart");

        assertThat(outcome.output()).contains("Building Seawall", "-cp\n" + target + "/seawall-tools-2.jar:" + target
                + "/lib/c.jar\ndev.seawall.tools.walctl.Walctl\nquickstart\n");
        assertThat(outcome.code()).isZero();
    }

    @Test
    void where_it_is_installed_the_jars_are_beside_the_launchers() throws Exception {
        Path installed = home.toRealPath().resolve("tools");
        Files.delete(installed.resolve("pom.xml"));
        Files.createDirectories(installed.resolve("lib"));
        Files.createFile(installed.resolve("lib/d.jar"));
        Files.createFile(installed.resolve("seawall-tools-3.jar"));

        assertThat(run(jdk("25"), "walreplay").output())
                .contains("-cp\n" + installed + "/seawall-tools-3.jar:" + installed + "/lib/d.jar\n");
    }

    @Test
    void waldump_makes_its_cache_once_and_uses_it_from_then_on() throws Exception {
        Path java = jdk("25");
        Path cache = home.resolve("tools/target/waldump.aot");

        assertThat(run(java, "waldump", "--version").output()).doesNotContain("AOTCache=");
        assertThat(cache.resolveSibling("waldump.aot.making")).as("nothing to learn from").doesNotExist();
        assertThat(run(java, "waldump", elsewhere.toString()).output()).doesNotContain("AOTCache=");
        for (int waited = 0; !Files.exists(cache) && waited < 200; waited++) {
            // A background process of the launcher's makes it.
            Thread.sleep(50);
        }
        assertThat(cache).exists();
        assertThat(run(java, "waldump", "--version").output()).contains("-XX:AOTCache=" + cache.toRealPath());
    }

    @Test
    void the_walwriters_cache_is_made_from_a_rehearsal_and_never_from_a_second_run_on_its_cluster() throws Exception {
        Path java = jdk("25");
        Path cache = home.resolve("tools/target/walwriter.aot");

        assertThat(run(java, "walwriter", "-D", elsewhere.toString()).output()).doesNotContain("AOTCache=");
        for (int waited = 0; !Files.exists(cache) && waited < 200; waited++) {
            // A background process of the launcher's makes it.
            Thread.sleep(50);
        }
        assertThat(cache).content().contains("dev.seawall.tools.daemon.Rehearsal")
                .doesNotContain("WalwriterDaemon", "SEAWALL_");
        assertThat(run(java, "walwriter", "-D", "x").output()).contains("-XX:AOTCache=" + cache.toRealPath());
    }

    /// PostgreSQL takes 1 to 125 from restore_command for the end of the log, so of all that can go
    /// wrong before the program has read the archive nothing may exit so.
    @Test
    void archiver_get_says_absent_only_when_the_program_itself_does() throws Exception {
        Path java = jdk("25");
        for (int[] told : new int[][] {{0, 0}, {101, 1}, {1, 126}, {2, 126}, {70, 126}, {126, 126}, {143, 143}}) {
            Files.writeString(java.resolve("bin/java"), "#!/bin/sh\nexit " + told[0] + "\n");
            assertThat(run(java, "archiver", "get", "-r", "x", "name", "path").code()).as("java exits with " + told[0])
                    .isEqualTo(told[1]);
        }
        assertThat(run(jdk("17.0.1"), "archiver", "get", "name", "path").code()).as("no JDK").isEqualTo(126);
        assertThat(run(jdk("17.0.1"), "archiver", "push", "path").code()).as("no JDK").isEqualTo(2);
        Files.delete(home.resolve("tools/target/seawall-tools-1.jar"));
        assertThat(run(jdk("25"), "archiver", "get", "name", "path").code()).as("not built").isEqualTo(126);
    }

    /// A directory like a JDK's: its java prints its arguments, or makes the cache it is told to make.
    private Path jdk(String version) throws IOException {
        Path jdk = Files.createDirectories(elsewhere.resolve("jdk-" + version));
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
        Files.writeString(java, """
                #!/bin/sh
                for argument; do
                    case $argument in
                        -XX:AOTCacheOutput=*) { printf '%s\\n' "$@" && env; } >"${argument#*=}" ;;
                    esac
                done
                printf '%s\\n' "$@"
                """);
        assertThat(java.toFile().setExecutable(true)).isTrue();
        return jdk;
    }

    private Outcome run(Path jdk, String command, String... arguments) throws Exception {
        return run(jdk, home.resolve("tools/bin").resolve(command), arguments);
    }

    private Outcome run(Path jdk, Path command, String... arguments) throws Exception {
        List<String> line = new java.util.ArrayList<>(List.of(command.toString()));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true).directory(elsewhere.toFile());
        builder.environment().putAll(Map.of("SEAWALL_JAVA_HOME", jdk.toString(),
                "PATH", elsewhere + ":" + System.getenv("PATH")));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }
}
