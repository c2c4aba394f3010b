package dev.seawall.walwriter.process;

import dev.seawall.settings.LiveSettings;
import dev.seawall.settings.ServerSettings;
import dev.seawall.settings.Settings;
import dev.seawall.wal.disk.Disk;
import dev.seawall.walwriter.server.Encryption;
import dev.seawall.walwriter.tls.ServerTls;
import dev.seawall.walwriter.tls.TlsChannel;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// TLS with the certificate, key and authorities that the settings name, as they were read last without
/// a mistake: a renewed certificate needs a reload, not a restart.
final class Certificates implements Encryption {

    private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);

    private final Disk disk;
    private final Path directory;
    private volatile @Nullable ServerTls tls;

    private Certificates(Disk disk, Path directory, @Nullable ServerTls tls) {
        this.disk = disk;
        this.directory = directory;
        this.tls = tls;
    }

    /// @throws IOException if `ssl` is on and a file is missing, damaged, or readable by others
    static Certificates read(Disk disk, Path directory, LiveSettings settings) throws IOException {
        Certificates read = new Certificates(disk, directory, read(disk, directory, settings.current()));
        settings.onReload(read::reload);
        return read;
    }

    private static @Nullable ServerTls read(Disk disk, Path directory, Settings settings) throws IOException {
        if (!settings.get(ServerSettings.SSL)) {
            return null;
        }
        String authorities = settings.get(ServerSettings.SSL_CA_FILE);
        return ServerTls.read(disk, directory.resolve(settings.get(ServerSettings.SSL_CERT_FILE)),
                directory.resolve(settings.get(ServerSettings.SSL_KEY_FILE)),
                authorities.isEmpty() ? null : directory.resolve(authorities));
    }

    private void reload(Settings settings) {
        try {
            tls = read(disk, directory, settings);
        } catch (IOException e) {
            LOG.error("TLS stays as it was: {}", e.getMessage());
        }
    }

    @Override
    public boolean isOffered() {
        return tls != null;
    }

    @Override
    public Encrypted begin(SocketChannel channel) throws IOException {
        ServerTls now = tls;
        if (now == null) {
            throw new IOException("TLS was turned off");
        }
        TlsChannel encrypted = TlsChannel.server(channel, now);
        encrypted.handshake();
        return new Encrypted(encrypted, encrypted.peerCommonName());
    }
}
