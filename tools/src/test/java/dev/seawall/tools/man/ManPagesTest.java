package dev.seawall.tools.man;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.settings.SettingCatalog;
import dev.seawall.tools.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManPagesTest {

    @TempDir
    private static Path directory;

    @BeforeAll
    static void write() {
        assertThat(Program.run(new ManCommand(), directory.toString())).isZero();
    }

    private static String rendered(Path page) throws IOException, InterruptedException {
        Process groff = new ProcessBuilder("groff", "-man", "-ww", "-Tutf8", "-P-cbou", page.toString())
                .redirectError(directory.resolve("complaints").toFile()).start();
        String text = new String(groff.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(groff.waitFor()).as("groff; install groff-base").isZero();
        assertThat(directory.resolve("complaints")).as("%s", page).isEmptyFile();
        return text;
    }

    @Test
    void groff_renders_every_page_without_a_complaint() throws Exception {
        List<Path> pages;
        try (Stream<Path> all = Files.walk(directory)) {
            pages = all.filter(file -> file.toString().matches(".*\\.[15]")).toList();
        }

        assertThat(pages).hasSizeGreaterThan(20);
        for (Path page : pages) {
            assertThat(rendered(page)).contains("NAME", "DESCRIPTION", "SEE ALSO");
        }
    }

    @Test
    void a_commands_page_has_its_options_and_exit_codes() throws Exception {
        assertThat(rendered(directory.resolve("man1/walctl-stop.1")))
                .contains("walctl-stop", "--mode", "EXIT STATUS");
    }

    @Test
    void the_settings_page_has_every_setting() throws Exception {
        String page = rendered(directory.resolve("man5/seawall.conf.5"));

        assertThat(SettingCatalog.ALL).allSatisfy(setting -> assertThat(page).contains(setting.name()));
    }
}
