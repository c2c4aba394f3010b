package dev.seawall.tools.waldump.text;

import dev.seawall.wal.WalVersion;
import dev.seawall.wal.record.WalRecord;
import java.nio.ByteBuffer;

/// What a record says, in PostgreSQL's words, read from its main data: XLOG's own kinds, messages,
/// generic deltas, CLOG and files here; the longer ones in [TransactionText] and [StandbyText].
///
/// Of the other resource managers' records only the name is told (by [RecordNames]).
final class Descriptions {

    private static final int XLOG = 0;
    private static final int TRANSACTION = 1;
    private static final int STORAGE = 2;
    private static final int CLOG = 3;
    private static final int STANDBY = 8;
    private static final int GENERIC = 20;
    private static final int LOGICAL_MESSAGE = 21;
    private static final int FIRST_CUSTOM = 128;

    private static final String[] WAL_LEVELS = {"minimal", "replica", "logical"};

    private final TextOutput out;
    private final WalVersion version;
    private final TimeText times;
    private final TransactionText transactions;
    private final StandbyText standby;

    /// @param version whose words are used, and whose layout of bodies
    Descriptions(TextOutput out, WalVersion version) {
        this.out = out;
        this.version = version;
        this.times = new TimeText(java.time.ZoneId.systemDefault());
        this.standby = new StandbyText(out, version);
        this.transactions = new TransactionText(out, times, standby, version);
    }

    /// Puts the description, if there is one.
    ///
    /// @throws java.nio.BufferUnderflowException if the main data is too short for what it announces
    /// @throws IndexOutOfBoundsException likewise
    void describe(WalRecord record) {
        ByteBuffer main = record.body();
        switch (record.resourceManager().value()) {
            case XLOG -> describeXlog(record.kind(), main);
            case TRANSACTION -> transactions.describe(record, main);
            case STORAGE -> describeStorage(record.kind(), main);
            case CLOG -> describeClog(record.kind(), main);
            case STANDBY -> standby.describe(record.kind(), main);
            case GENERIC -> describeGeneric(main);
            case LOGICAL_MESSAGE -> describeMessage(main);
            default -> {
                if (record.resourceManager().value() >= FIRST_CUSTOM) {
                    out.put("rmid: ").putUnsigned(record.resourceManager().value());
                }
            }
        }
    }

    private void describeXlog(int kind, ByteBuffer main) {
        switch (kind) {
            case 0x00, 0x10 -> describeCheckpoint(main, kind == 0 ? "shutdown" : "online");
            case 0x30 -> out.putUnsigned(main.getInt());
            case 0x50 -> out.putLsn(main.getLong(), false);
            case 0x60 -> describeParameters(main);
            case 0x70 -> putText(main, 8);
            case 0x80 -> out.put(main.get() != 0 ? "true" : "false");
            case 0x90 -> {
                out.put("tli ").putUnsigned(main.getInt(8)).put("; prev tli ").putUnsigned(main.getInt(12));
                times.put(out.put("; time "), main.getLong(0));
                if (version.isAtLeast(17)) {
                    putLevel("; wal_level ", main.getInt(16));
                }
            }
            case 0xE0 -> {
                if (version.isAtLeast(17)) {
                    putLevel("wal_level ", main.getInt(0));
                }
            }
            case 0xD0 -> times.put(
                    out.put("lsn ").putLsn(main.getLong(), false).put("; time "), main.getLong());
            default -> { }
        }
    }

    private void describeCheckpoint(ByteBuffer main, String kind) {
        out.put("redo ").putLsn(main.getLong(0), false)
                .put("; tli ").putUnsigned(main.getInt(8))
                .put("; prev tli ").putUnsigned(main.getInt(12))
                .put("; fpw ").put(main.get(16) != 0 ? "true" : "false");
        if (version.isAtLeast(17)) {
            putLevel("; wal_level ", main.getInt(20));
        }
        out.put("; xid ").putUnsigned(main.getInt(28)).put(':').putUnsigned(main.getInt(24))
                .put("; oid ").putUnsigned(main.getInt(32))
                .put("; multi ").putUnsigned(main.getInt(36))
                .put("; offset ").putUnsigned(main.getInt(40))
                .put("; oldest xid ").putUnsigned(main.getInt(44)).put(" in DB ").putUnsigned(main.getInt(48))
                .put("; oldest multi ").putUnsigned(main.getInt(52)).put(" in DB ").putUnsigned(main.getInt(56))
                .put("; oldest/newest commit timestamp xid: ").putUnsigned(main.getInt(72))
                .put('/').putUnsigned(main.getInt(76))
                .put("; oldest running xid ").putUnsigned(main.getInt(80)).put("; ").put(kind);
    }

    private void describeParameters(ByteBuffer main) {
        out.put("max_connections=").putSigned(main.getInt(0))
                .put(" max_worker_processes=").putSigned(main.getInt(4))
                .put(" max_wal_senders=").putSigned(main.getInt(8))
                .put(" max_prepared_xacts=").putSigned(main.getInt(12))
                .put(" max_locks_per_xact=").putSigned(main.getInt(16));
        putLevel(" wal_level=", main.getInt(20));
        out.put(" wal_log_hints=").put(main.get(24) != 0 ? "on" : "off")
                .put(" track_commit_timestamp=").put(main.get(25) != 0 ? "on" : "off");
    }

    private void putLevel(String title, int level) {
        out.put(title).put(level >= 0 && level < WAL_LEVELS.length ? WAL_LEVELS[level] : "?");
    }

    private void describeStorage(int kind, ByteBuffer main) {
        if (kind == 0x10) {
            standby.putPath(main.getInt(), main.getInt(), main.getInt());
            int fork = main.getInt();
            if (fork != 0) {
                out.put('_').put(RecordLines.forkName(fork));
            }
        } else if (kind == 0x20) {
            int blocks = main.getInt();
            standby.putPath(main.getInt(), main.getInt(), main.getInt());
            out.put(" to ").putUnsigned(blocks).put(" blocks flags ").putSigned(main.getInt());
        }
    }

    private void describeClog(int kind, ByteBuffer main) {
        if (kind == 0x00) {
            putPage(main);
        } else if (kind == 0x10) {
            putPage(main);
            out.put("; oldestXact ").putUnsigned(main.getInt());
        }
    }

    private void putPage(ByteBuffer main) {
        out.put("page ").putNumber(version.isAtLeast(17) ? main.getLong() : main.getInt(), 0);
    }

    private void describeGeneric(ByteBuffer main) {
        while (main.hasRemaining()) {
            int offset = Short.toUnsignedInt(main.getShort());
            int length = Short.toUnsignedInt(main.getShort());
            main.position(Math.min(main.limit(), main.position() + length));
            out.put("offset ").putUnsigned(offset).put(", length ").putUnsigned(length);
            out.put(main.hasRemaining() ? "; " : "");
        }
    }

    private void describeMessage(ByteBuffer main) {
        boolean isTransactional = main.get(4) != 0;
        long prefixBytes = main.getLong(8);
        long contentBytes = main.getLong(16);
        long room = main.remaining() - 24L;
        if (prefixBytes < 0 || prefixBytes > room || contentBytes != room - prefixBytes) {
            throw new IndexOutOfBoundsException();
        }
        if (!version.isAtLeast(14)) {
            out.put(isTransactional ? "transactional" : "nontransactional").put(" message size ")
                    .putNumber(contentBytes, 0).put(" bytes");
            return;
        }
        out.put(isTransactional ? "transactional, prefix \"" : "non-transactional, prefix \"");
        putText(main.slice(0, 24 + (int) prefixBytes), 24);
        out.put("\"; payload (").putNumber(contentBytes, 0).put(" bytes): ");
        out.putHexBytes(main.position(24 + (int) prefixBytes));
    }

    /// The bytes from `at` to a NUL or the end.
    private void putText(ByteBuffer in, int at) {
        int end = at;
        while (end < in.limit() && in.get(end) != 0) {
            end++;
        }
        out.put(in, at, end - at);
    }
}
