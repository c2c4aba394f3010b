package dev.seawall.tools.systemd;

import dev.seawall.wal.disk.InheritedSocket;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Socket activation: the listening sockets that systemd opened and started this process with.
///
/// They are systemd's: closing them here ends nothing, and who connects while no process runs waits
/// in them for the next one.
public final class ListenSockets {

    private static final Logger LOG = LoggerFactory.getLogger(ListenSockets.class);
    private static final int FIRST_DESCRIPTOR = 3;
    private static final int MOST = 64;

    private ListenSockets() {}

    /// Takes them over: no program that this one starts inherits them. To be called once.
    ///
    /// @param pid of this process: what is meant for another is not touched
    /// @return empty if there are none, and the process is to open its own
    /// @throws IOException if one is no listening socket, or the JVM was started without what it needs
    public static List<ServerSocketChannel> take(Map<String, String> environment, long pid) throws IOException {
        String count = environment.get("LISTEN_FDS");
        if (count == null || !Long.toString(pid).equals(environment.get("LISTEN_PID"))) {
            return List.of();
        }
        int sockets = count(count);
        String[] names = environment.getOrDefault("LISTEN_FDNAMES", "").split(":", -1);
        List<ServerSocketChannel> taken = new ArrayList<>();
        try {
            for (int at = 0; at < sockets; at++) {
                ServerSocketChannel channel = InheritedSocket.listening(FIRST_DESCRIPTOR + at);
                taken.add(channel);
                LOG.debug("inherited a socket name={} address={}", at < names.length ? names[at] : "unknown",
                        channel.getLocalAddress());
            }
        } catch (IOException e) {
            for (ServerSocketChannel channel : taken) {
                channel.close();
            }
            throw e;
        }
        return List.copyOf(taken);
    }

    private static int count(String text) throws IOException {
        try {
            int count = Integer.parseInt(text);
            if (count >= 0 && count <= MOST) {
                return count;
            }
        } catch (NumberFormatException _) {
            // Said below, as any other number that cannot be.
        }
        throw new IOException("LISTEN_FDS is \"" + text + "\", expected 0 to " + MOST);
    }
}
