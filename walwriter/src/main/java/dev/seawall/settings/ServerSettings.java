package dev.seawall.settings;

import static dev.seawall.settings.Setting.KB;
import static dev.seawall.settings.Setting.MB;
import static dev.seawall.settings.Setting.TakesEffect.AT_RELOAD;
import static dev.seawall.settings.Setting.TakesEffect.AT_START;

import dev.seawall.walwriter.syncrep.StandbyNames;
import java.time.Duration;
import java.util.List;

/// What `seawall.conf` says about connections: where, who, how many, how long.
public final class ServerSettings {

    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

    public static final Setting<String> LISTEN_ADDRESSES = Setting.text("listen_addresses", "localhost", AT_START,
            "Host names or addresses to listen on, separated by commas; empty: Unix sockets only; *: all");

    public static final Setting<Integer> PORT = Setting.whole("port", 1, 65_535, 5432, AT_START,
            "TCP port, and the number in the Unix socket's name");

    public static final Setting<String> UNIX_SOCKET_DIRECTORIES = Setting.text("unix_socket_directories", "",
            AT_START, "Directories of Unix sockets, separated by commas; empty: the cluster's directory");

    public static final Setting<Integer> UNIX_SOCKET_PERMISSIONS = Setting.octal("unix_socket_permissions", 0777,
            AT_START, "Mode of Unix sockets' files: who may connect at all, before pg_hba.conf says who gets in");

    public static final Setting<Integer> MAX_CONNECTIONS = Setting.whole("max_connections",
            1, 262_143, 100, AT_START,
            "Connections at a time, and open transactions; a real PostgreSQL that follows must have as many");

    public static final Setting<Integer> SUPERUSER_RESERVED_CONNECTIONS = Setting.whole(
            "superuser_reserved_connections", 0, 262_143, 3, AT_START,
            "Of max_connections, how many are kept for superusers");

    public static final Setting<Long> MAX_MESSAGE_SIZE = Setting.memory("max_message_size", KB, 64 * KB, 1024 * MB,
            64 * MB, AT_RELOAD, "Largest message that a client may send, and so the longest statement (Seawall's own)");

    public static final Setting<Duration> AUTHENTICATION_TIMEOUT = Setting.time("authentication_timeout", SECOND,
            SECOND, Duration.ofMinutes(10), Duration.ofMinutes(1), AT_RELOAD, "Time to complete a login");

    public static final Setting<Duration> IDLE_IN_TRANSACTION_SESSION_TIMEOUT = Setting.time(
            "idle_in_transaction_session_timeout", MILLISECOND, Duration.ZERO, LONGEST, Duration.ZERO, AT_RELOAD,
            "A session that is idle in a transaction for longer is ended; 0: never");

    public static final Setting<Duration> IDLE_SESSION_TIMEOUT = Setting.time("idle_session_timeout", MILLISECOND,
            Duration.ZERO, LONGEST, Duration.ZERO, AT_RELOAD,
            "A session that is idle outside transactions for longer is ended; 0: never");

    public static final Setting<Duration> CLIENT_WRITE_TIMEOUT = Setting.time("client_write_timeout", MILLISECOND,
            Duration.ZERO, LONGEST, Duration.ofMinutes(5), AT_RELOAD,
            "A client that does not read its results for longer is cut off; 0: never (Seawall's own)");

    public static final Setting<SynchronousCommit> SYNCHRONOUS_COMMIT = Setting.choice("synchronous_commit",
            SynchronousCommit.class, SynchronousCommit.ON, AT_RELOAD, "When a commit is acknowledged");

    public static final Setting<StandbyNames> SYNCHRONOUS_STANDBY_NAMES = new Setting<>("synchronous_standby_names",
            new SettingType.Standbys(), StandbyNames.NONE, AT_RELOAD,
            "Standbys that commits wait for: FIRST n (a, b), ANY n (a, b), or a list; empty: none");

    public static final Setting<String> HBA_FILE = Setting.text("hba_file", "pg_hba.conf", AT_RELOAD,
            "Who may connect from where, in pg_hba.conf's syntax; relative to the cluster's directory");

    public static final Setting<Boolean> SSL = Setting.onOff("ssl", false, AT_RELOAD, "Take connections by TLS");

    public static final Setting<String> SSL_CERT_FILE = Setting.text("ssl_cert_file", "server.crt", AT_RELOAD,
            "The server's certificate, with its chain, PEM");

    public static final Setting<String> SSL_KEY_FILE = Setting.text("ssl_key_file", "server.key", AT_RELOAD,
            "The certificate's private key, PEM, unencrypted, readable by nobody else");

    public static final Setting<String> SSL_CA_FILE = Setting.text("ssl_ca_file", "", AT_RELOAD,
            "Authorities whose client certificates are believed, PEM");

    public static final Setting<Integer> MAX_WAL_SENDERS = Setting.whole("max_wal_senders", 0, 262_143, 10,
            AT_START, "Streaming connections at a time, the checkpointer's not counted");

    public static final Setting<Integer> MAX_REPLICATION_SLOTS = Setting.whole("max_replication_slots", 0, 262_143,
            10, AT_START, "Replication slots, the checkpointer's not counted");

    public static final Setting<Duration> WAL_SENDER_TIMEOUT = Setting.time("wal_sender_timeout", MILLISECOND,
            Duration.ZERO, LONGEST, Duration.ofMinutes(1), AT_RELOAD,
            "A streaming client that says nothing for longer is cut off; 0: never");

    static final List<Setting<?>> ALL = List.of(LISTEN_ADDRESSES, PORT, UNIX_SOCKET_DIRECTORIES,
            UNIX_SOCKET_PERMISSIONS, MAX_CONNECTIONS,
            SUPERUSER_RESERVED_CONNECTIONS, MAX_MESSAGE_SIZE, AUTHENTICATION_TIMEOUT,
            IDLE_IN_TRANSACTION_SESSION_TIMEOUT, IDLE_SESSION_TIMEOUT, CLIENT_WRITE_TIMEOUT, SYNCHRONOUS_COMMIT,
            SYNCHRONOUS_STANDBY_NAMES,
            HBA_FILE, SSL, SSL_CERT_FILE, SSL_KEY_FILE, SSL_CA_FILE, MAX_WAL_SENDERS, MAX_REPLICATION_SLOTS,
            WAL_SENDER_TIMEOUT);

    private ServerSettings() {}
}
