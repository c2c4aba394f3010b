package dev.seawall.tools.testfsync.storage;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A mounted file system: a line of `/proc/self/mountinfo`.
///
/// ```
/// 36 35 98:0 /sub /mnt rw,noatime shared:1 - ext4 /dev/sda2 rw,data=ordered
///       ^device   ^at  ^options              ^type ^source   ^options of the file system
/// ```
///
/// @param at      where it is mounted
/// @param device  major and minor number, `98:0`
/// @param options of the mount, then of the file system
public record Mount(Path at, String device, String type, String source, List<String> options) {

    private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

    /// The one that a file is on: of those mounted above it the nearest, of those at one place the last.
    ///
    /// @param path absolute, without symbolic links
    static Optional<Mount> of(List<String> mountinfo, Path path) {
        Mount nearest = null;
        for (String line : mountinfo) {
            Optional<Mount> mount = parse(line).filter(found -> path.startsWith(found.at()));
            if (mount.isPresent() && (nearest == null || mount.get().at().startsWith(nearest.at()))) {
                nearest = mount.get();
            }
        }
        return Optional.ofNullable(nearest);
    }

    private static Optional<Mount> parse(String line) {
        String[] halves = line.split(" - ", 2);
        String[] mount = halves[0].split(" ");
        String[] system = halves.length < 2 ? new String[0] : halves[1].split(" ");
        if (mount.length < 6 || system.length < 3) {
            return Optional.empty();
        }
        List<String> options = Stream.concat(Arrays.stream(mount[5].split(",")), Arrays.stream(system[2].split(",")))
                .distinct().toList();
        return Optional.of(new Mount(Path.of(plain(mount[4])), mount[2], system[0], plain(system[1]), options));
    }

    /// The kernel writes blanks, tabs, line ends and backslashes as octal numbers.
    private static String plain(String text) {
        return OCTAL.matcher(text).replaceAll(found ->
                Matcher.quoteReplacement(Character.toString(Integer.parseInt(found.group(1), 8))));
    }

    boolean has(String option) {
        return options.contains(option);
    }

    /// The value of `name=value`.
    Optional<String> value(String name) {
        return options.stream().filter(option -> option.startsWith(name + "="))
                .map(option -> option.substring(name.length() + 1)).findFirst();
    }
}
