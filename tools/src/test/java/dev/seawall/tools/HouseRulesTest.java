package dev.seawall.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.settings.Setting;
import dev.seawall.settings.SettingCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The rules that a reader of the files can check: sizes, maps, names, links.
final class HouseRulesTest {

    private static final int MOST_LINES_A_FILE = 400;
    private static final int MOST_LINES_A_METHOD = 60;
    private static final int MOST_COLUMNS = 120;

    @Test
    void a_file_has_at_most_400_lines_of_at_most_120_columns() {
        List<String> tooLong = new ArrayList<>();
        for (Path file : SourceTree.javaFiles()) {
            List<String> lines = SourceTree.lines(file);
            if (lines.size() > MOST_LINES_A_FILE) {
                tooLong.add(SourceTree.inside(file) + ": " + lines.size() + " lines");
            }
            for (int at = 0; at < lines.size(); at++) {
                if (lines.get(at).length() > MOST_COLUMNS) {
                    tooLong.add(SourceTree.inside(file) + ":" + (at + 1) + ": " + lines.get(at).length() + " columns");
                }
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void a_method_has_at_most_60_lines() throws IOException {
        List<MethodLengths.Method> methods = MethodLengths.of(SourceTree.javaFiles());

        assertThat(methods).as("methods found at all").hasSizeGreaterThan(100);
        assertThat(methods).filteredOn(method -> method.lines() > MOST_LINES_A_METHOD).isEmpty();
    }

    @Test
    void every_package_of_product_code_has_its_map_and_null_annotations() throws IOException {
        Set<Path> packages = new TreeSet<>();
        for (Path file : SourceTree.javaFiles()) {
            if (SourceTree.inside(file).contains("/src/main/")) {
                packages.add(file.getParent());
            }
        }
        assertThat(packages).isNotEmpty().allSatisfy(directory -> {
            Path map = directory.resolve("package-info.java");
            assertThat(map).exists();
            assertThat(Files.readString(map)).as(SourceTree.inside(map))
                    .startsWith("///").contains("@NullMarked").contains("Reading order:");
        });
    }

    /// A package's map must name every type in it that is public: a stranger starts there.
    @Test
    void a_packages_map_names_every_public_type() throws IOException {
        List<String> missing = new ArrayList<>();
        for (Path file : SourceTree.javaFiles()) {
            String name = file.getFileName().toString().replace(".java", "");
            if (!SourceTree.inside(file).contains("/src/main/") || name.equals("package-info")) {
                continue;
            }
            boolean isPublic = Files.readString(file)
                    .matches("(?s).*\\npublic [a-z -]*(class|interface|record|enum|@interface) " + name + "\\b.*");
            Path map = file.resolveSibling("package-info.java");
            if (isPublic && Files.exists(map)
                    && !Pattern.compile("\\b" + name + "\\b").matcher(Files.readString(map)).find()) {
                missing.add(SourceTree.inside(file));
            }
        }
        assertThat(missing).as("public types that their package-info does not name").isEmpty();
    }

    @Test
    void nothing_is_left_for_later_without_an_issue_number() {
        // Built from parts so that this file does not find itself.
        Pattern later = Pattern.compile("\\b(TO" + "DO|FIX" + "ME)\\b(?!\\(#\\d+\\))");
        assertThat(offending(later)).isEmpty();
    }

    @Test
    void no_test_is_switched_off_or_skips_itself() {
        Pattern skipped = Pattern.compile("@Dis" + "abled|\\bassume[A-Z]\\w*\\(|Unsupported" + "OperationException");
        assertThat(offending(skipped)).isEmpty();
    }

    private static List<String> offending(Pattern pattern) {
        List<String> found = new ArrayList<>();
        for (Path file : SourceTree.javaFiles()) {
            List<String> lines = SourceTree.lines(file);
            for (int at = 0; at < lines.size(); at++) {
                if (pattern.matcher(lines.get(at)).find()) {
                    found.add(SourceTree.inside(file) + ":" + (at + 1) + ": " + lines.get(at).strip());
                }
            }
        }
        return found;
    }

    /// A setting that is accepted and does nothing would be a lie.
    @Test
    void every_setting_is_read_by_something() throws IOException {
        StringBuilder product = new StringBuilder();
        for (Path file : SourceTree.javaFiles()) {
            if (SourceTree.inside(file).contains("/src/main/") && !file.toString().contains("/settings/")) {
                product.append(Files.readString(file));
            }
        }
        for (Setting<?> setting : SettingCatalog.ALL) {
            assertThat(product).contains("Settings." + setting.name().toUpperCase(Locale.ROOT));
        }
    }

    @Test
    void relative_links_of_every_document_resolve() {
        Pattern link = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");
        List<String> broken = new ArrayList<>();
        for (Path file : SourceTree.files(".md")) {
            for (String line : SourceTree.lines(file)) {
                Matcher found = link.matcher(line);
                while (found.find()) {
                    String to = found.group(1);
                    if (!to.matches("[a-z]+:.*") && !Files.exists(file.resolveSibling(to))) {
                        broken.add(SourceTree.inside(file) + " -> " + to);
                    }
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void the_top_level_is_the_owners() throws IOException {
        Set<String> allowed = new TreeSet<>(SourceTree.MODULES);
        allowed.addAll(List.of("pom.xml", "systemd", "README.md", "LICENSE", ".gitignore", ".gitattributes", ".ci",
                ".mvn", ".git", "target"));
        try (var entries = Files.list(SourceTree.HOME)) {
            assertThat(entries.map(entry -> entry.getFileName().toString())).isSubsetOf(allowed);
        }
    }
}
