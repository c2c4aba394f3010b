package dev.seawall.tools.archiver;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The `archiver` command as a script that any user may run: the classes under test are copied to a
/// directory that everybody can read, as a server's user cannot read the home of who runs the tests.
final class ArchiverScript {

    private static final String FLAGS = "--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow "
            + "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED "
            + "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED "
            + "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "
            + "-XX:-UsePerfData -Xlog:disable";
    private static final List<String> NOT_NEEDED = List.of("junit", "assertj", "archunit", "byte-buddy", "apiguardian",
            "opentest4j", "surefire", "test-classes", "-tests");

    private ArchiverScript() {}

    /// Writes `directory/archiver` and what it needs beside it.
    static Path install(Path directory) throws IOException {
        List<String> entries = new ArrayList<>();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Path library = Files.createDirectories(directory.resolve("lib"));
        for (String entry : classPath.split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (NOT_NEEDED.stream().noneMatch(entry::contains) && Files.exists(path)) {
                Path copy = library.resolve(entries.size() + "-" + path.getFileName());
                copy(path, copy);
                entries.add(copy.toString());
            }
        }
        Path script = directory.resolve("archiver");
        Files.writeString(script, "#!/bin/sh\nexec " + System.getProperty("java.home") + "/bin/java " + FLAGS
                + " -cp " + String.join(":", entries) + " " + Archiver.class.getName() + " \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return script;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }
}
