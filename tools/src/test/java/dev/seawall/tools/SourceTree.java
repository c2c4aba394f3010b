package dev.seawall.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The repository's files, for tests that read the sources themselves.
final class SourceTree {

    /// The modules in the order of the stair.
    static final List<String> MODULES = List.of("walwriter", "archiver", "recovery", "checkpointer", "tools");

    /// The repository's top directory, found upwards from where the test runs.
    static final Path HOME = home();

    private SourceTree() {}

    private static Path home() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("walwriter")) || !Files.exists(at.resolve("tools"))) {
            at = at.getParent();
            if (at == null) {
                throw new AssertionError("the test does not run inside the repository");
            }
        }
        return at;
    }

    /// Every Java source, main and test, of every module.
    static List<Path> javaFiles() {
        return files(".java").stream().filter(file -> file.toString().contains("/src/")).toList();
    }

    /// Every file with this ending that is no build product.
    static List<Path> files(String ending) {
        try (Stream<Path> all = Files.walk(HOME)) {
            return all.filter(file -> file.getFileName().toString().endsWith(ending))
                    .filter(file -> !inside(file).matches("([^/]+/)?target/.*|(.*/)?\\.git/.*"))
                    .filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The path as the repository has it.
    static String inside(Path file) {
        return HOME.relativize(file).toString();
    }

    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
