package dev.seawall.tools.quickstart;

import java.nio.file.Path;

/// Where everything of a quickstart is.
///
/// @param root given by `--data`
record Places(Path root) {

    Path cluster() {
        return root.resolve("data");
    }

    Path repository() {
        return root.resolve("archive");
    }

    Path copy() {
        return root.resolve("restored");
    }

    /// A path as it is shortest to type from here.
    static String shown(Path path) {
        Path here = Path.of("").toAbsolutePath();
        return path.startsWith(here) ? here.relativize(path).toString() : path.toString();
    }
}
