package dev.seawall.walwriter.walreceiver;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.client.Result;
import dev.seawall.walwriter.client.WireClient;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A replication connection to a server whose log is to be received: a primary, or a standby.
///
/// One thread at a time; [#close] may come from any, and wakes it. Refusals are
/// [dev.seawall.walwriter.client.ServerException]s with the server's SQLSTATE.
public final class PrimaryConnection implements AutoCloseable {

    /// The first version that knows READ_REPLICATION_SLOT.
    private static final int READS_SLOTS = 15;
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9}) ?(B|kB|MB|GB)?");

    private final WireClient client;
    private final Endpoint endpoint;
    private final Duration timeout;
    private final World world;
    private volatile @Nullable WalStreamClient stream;

    private PrimaryConnection(WireClient client, Endpoint endpoint, Duration timeout, World world) {
        this.client = client;
        this.endpoint = endpoint;
        this.timeout = timeout;
        this.world = world;
    }

    /// What READ_REPLICATION_SLOT answers.
    ///
    /// @param restart  from here on the server keeps the log
    /// @param timeline which has it there
    public record SlotPosition(Lsn restart, TimelineId timeline) {}

    /// Connects to the first server that takes us.
    ///
    /// @param endpoints of a [ConnectionString], for replication
    /// @param timeout   wal_receiver_timeout: how long the server may be silent in a stream; zero: for ever
    /// @throws IOException of the only server, or of all, one a line
    public static PrimaryConnection connect(List<Endpoint> endpoints, Duration timeout, World world)
            throws IOException {
        IOException failure = new IOException("no server to connect to");
        for (int i = 0; i < endpoints.size(); i++) {
            Endpoint endpoint = endpoints.get(i);
            try {
                return new PrimaryConnection(endpoint.connect(), endpoint, timeout, world);
            } catch (IOException e) {
                failure = i == 0 ? e : both(failure, e);
            }
        }
        throw failure;
    }

    private static IOException both(IOException earlier, IOException later) {
        IOException all = new IOException(earlier.getMessage() + "\n" + later.getMessage(), later);
        all.addSuppressed(earlier);
        return all;
    }

    /// The one of the servers that took us.
    public Endpoint endpoint() {
        return endpoint;
    }

    /// As the server said it when it took us, such as `15.18 (Debian 15.18-0+deb12u1)`.
    public String serverVersion() {
        String version = client.parameter("server_version");
        return version == null ? "" : version;
    }

    /// The number in front of [#serverVersion]; 0 if there is none.
    public int serverMajor() {
        Matcher number = Pattern.compile("[0-9]{1,4}").matcher(serverVersion());
        return number.lookingAt() ? Integer.parseInt(number.group()) : 0;
    }

    public SystemIdentity identify() throws IOException {
        List<@Nullable String> row = row(client.query("IDENTIFY_SYSTEM"), 3);
        try {
            return new SystemIdentity(Long.parseUnsignedLong(text(row, 0)),
                    new TimelineId(Integer.parseUnsignedInt(text(row, 1))), Lsn.parse(text(row, 2)));
        } catch (IllegalArgumentException e) {
            throw unexpected("IDENTIFY_SYSTEM", row);
        }
    }

    /// The layout of the server's log.
    public PageLayout layout() throws IOException {
        String shown = show("wal_segment_size");
        Matcher size = SIZE.matcher(shown);
        if (!size.matches()) {
            throw new ProtocolException("the server's wal_segment_size is \"" + shown + "\", a size expected");
        }
        String unit = size.group(2) == null ? "B" : size.group(2);
        int shift = 10 * List.of("B", "kB", "MB", "GB").indexOf(unit);
        long bytes = Long.parseLong(size.group(1)) << shift;
        try {
            return new PageLayout(Math.toIntExact(bytes));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ProtocolException("the server's wal_segment_size is \"" + shown + "\": " + e.getMessage());
        }
    }

    /// A setting's value as the server shows it.
    public String show(String setting) throws IOException {
        Result result = client.query("SHOW " + setting);
        return text(row(result, 1), 0);
    }

    /// The history of a timeline that has ancestors.
    public HistoryFile history(TimelineId timeline) throws IOException {
        List<@Nullable String> row = row(client.query("TIMELINE_HISTORY " + timeline), 2);
        return new HistoryFile(text(row, 0), text(row, 1));
    }

    /// Makes a physical slot.
    ///
    /// @param isReserving whether it keeps the log from now on, not only from its first use
    public void createSlot(String name, boolean isReserving) throws IOException {
        client.query("CREATE_REPLICATION_SLOT " + quoted(name) + " PHYSICAL" + (isReserving ? " RESERVE_WAL" : ""));
    }

    public void dropSlot(String name) throws IOException {
        client.query("DROP_REPLICATION_SLOT " + quoted(name));
    }

    /// From where on a slot keeps the log.
    ///
    /// @return empty if the slot keeps nothing yet, or the server is older than 15 and cannot tell
    /// @throws IOException also if there is no such slot
    public Optional<SlotPosition> readSlot(String name) throws IOException {
        if (serverMajor() < READS_SLOTS) {
            return Optional.empty();
        }
        List<@Nullable String> row = row(client.query("READ_REPLICATION_SLOT " + quoted(name)), 3);
        if (row.getFirst() == null) {
            throw new IOException("replication slot \"" + name + "\" does not exist");
        }
        String restart = row.get(1);
        try {
            return restart == null ? Optional.empty() : Optional.of(new SlotPosition(Lsn.parse(restart),
                    new TimelineId(Integer.parseUnsignedInt(text(row, 2)))));
        } catch (IllegalArgumentException e) {
            throw unexpected("READ_REPLICATION_SLOT", row);
        }
    }

    /// Begins to stream.
    ///
    /// @param slot     that keeps what was not reported as flushed; null for none
    /// @param from     any position that the server still has; the stream begins there exactly
    /// @param timeline one of the server's history
    public WalStreamClient stream(@Nullable String slot, Lsn from, TimelineId timeline) throws IOException {
        WalStreamClient begun = new WalStreamClient(client.copyBoth("START_REPLICATION "
                + (slot == null ? "" : "SLOT " + quoted(slot) + " ") + "PHYSICAL " + from + " TIMELINE " + timeline),
                from, timeout, world, this::disconnect);
        stream = begun;
        return begun;
    }

    /// Begins a base backup with all log that it needs: one tar archive, without a manifest.
    ///
    /// @param label for the server's log and views
    /// @throws dev.seawall.walwriter.client.ServerException if the server gives none
    public BackupStream backup(String label) throws IOException {
        // Nobody waits for an archive: the log comes along.
        return new BackupStream(client.copyOut("BASE_BACKUP (LABEL '" + label.replace("'", "''")
                + "', PROGRESS, CHECKPOINT 'fast', WAL, WAIT false, MANIFEST 'no')"), timeout, world,
                this::disconnect);
    }

    private static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    private static List<@Nullable String> row(Result result, int columns) throws IOException {
        if (result.rows().size() != 1 || result.rows().getFirst().size() < columns) {
            throw new ProtocolException("the server answered " + result.tag() + " with " + result.rows().size()
                    + " rows of " + result.columns().size() + " columns, 1 of " + columns + " expected");
        }
        return result.rows().getFirst();
    }

    private static String text(List<@Nullable String> row, int column) throws IOException {
        String value = row.get(column);
        if (value == null) {
            throw new ProtocolException("the server answered with NULL in column " + (column + 1));
        }
        return value;
    }

    private static ProtocolException unexpected(String command, List<@Nullable String> row) {
        return new ProtocolException("the server answered " + command + " with what makes no sense: " + row);
    }

    private void disconnect() {
        try {
            client.close();
        } catch (IOException e) {
            // It is closed as far as that goes.
        }
    }

    /// Ends the connection. Who waits for the server gets an [IOException].
    @Override
    public void close() {
        disconnect();
        WalStreamClient begun = stream;
        if (begun != null) {
            begun.close();
        }
    }
}
