package dev.seawall.walwriter.process;

import dev.seawall.settings.LiveSettings;
import dev.seawall.settings.ServerSettings;
import dev.seawall.settings.Settings;
import dev.seawall.wal.disk.Disk;
import dev.seawall.walwriter.auth.hba.HbaException;
import dev.seawall.walwriter.auth.hba.HbaRules;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The rules of who gets in, as the file had them when it was read last without a mistake.
final class AccessRules implements Supplier<HbaRules> {

    private static final Logger LOG = LoggerFactory.getLogger(AccessRules.class);

    private final Disk disk;
    private final Path directory;
    private volatile HbaRules rules;

    private AccessRules(Disk disk, Path directory, HbaRules rules) {
        this.disk = disk;
        this.directory = directory;
        this.rules = rules;
    }

    /// @throws HbaException with all mistakes there are
    static AccessRules read(Disk disk, Path directory, LiveSettings settings) throws IOException {
        AccessRules read = new AccessRules(disk, directory, read(disk, directory, settings.current()));
        settings.onReload(read::reload);
        return read;
    }

    private static HbaRules read(Disk disk, Path directory, Settings settings) throws IOException {
        try {
            return HbaRules.read(disk, directory.resolve(settings.get(ServerSettings.HBA_FILE)));
        } catch (NoSuchFileException e) {
            if (settings.entry(ServerSettings.HBA_FILE).source().equals("default")) {
                return HbaRules.defaults();
            }
            throw e;
        }
    }

    private void reload(Settings settings) {
        try {
            rules = read(disk, directory, settings);
        } catch (HbaException e) {
            LOG.error("the old access rules stay: {}", e.getMessage());
        } catch (IOException e) {
            LOG.error("the old access rules stay: could not read the file: {}", e.toString());
        }
    }

    @Override
    public HbaRules get() {
        return rules;
    }
}
