package dev.seawall.wal.record;

import com.github.luben.zstd.Zstd;
import dev.seawall.wal.Checkpoint;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.TimelineId;
import dev.seawall.wal.record.body.ClogZeroPage;
import dev.seawall.wal.record.body.GenericDelta;
import dev.seawall.wal.record.body.LogicalMessage;
import dev.seawall.wal.record.body.PageImages;
import dev.seawall.wal.record.body.RelationSizes;
import dev.seawall.wal.record.body.RunningXacts;
import dev.seawall.wal.record.body.TransactionRecord;
import dev.seawall.wal.record.body.Watermark;
import dev.seawall.wal.record.xlog.BackupEnd;
import dev.seawall.wal.record.xlog.CheckpointRecord;
import dev.seawall.wal.record.xlog.EndOfRecovery;
import dev.seawall.wal.record.xlog.FullPageWritesChange;
import dev.seawall.wal.record.xlog.NextOid;
import dev.seawall.wal.record.xlog.OverwriteContinuation;
import dev.seawall.wal.record.xlog.ParameterChange;
import dev.seawall.wal.record.xlog.RestorePoint;
import dev.seawall.wal.record.xlog.XlogKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jpountz.lz4.LZ4Factory;

/// Records of every kind with random content, from a seed: all that Seawall writes, and what only
/// PostgreSQL and its extensions write. SWITCH is the caller's to place.
public final class RandomRecords {

    private static final long FIRST_TIME = 40_000_000_000_000L;
    private static final long LAST_TIME = 1_300_000_000_000_000L;

    private final Random random;

    public RandomRecords(long seed) {
        random = new Random(seed);
    }

    /// Fills in the next record and leaves it finished.
    public void next(EncodedRecord into) {
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> message(into, size());
            case 3 -> TransactionRecord.encode(into, random.nextBoolean() ? TransactionRecord.COMMIT
                    : TransactionRecord.ABORT, xid(), time());
            case 4 -> transaction(into);
            case 5 -> GenericDelta.encode(into, xid(), deltas());
            case 6 -> PageImages.encode(into, random.nextBoolean() ? PageImages.FPI : PageImages.FPI_FOR_HINT,
                    imageBlocks());
            case 7 -> PageImages.encodeEmpty(into, relation(), random.nextInt(1000), 1 + random.nextInt(33));
            case 8 -> aboutTheLog(into);
            case 9 -> forStandbys(into);
            case 10 -> ours(into);
            default -> custom(into, size());
        }
    }

    /// A message whose content has this many bytes.
    public void message(EncodedRecord into, int bytes) {
        String prefix = "prefix/" + "p".repeat(random.nextInt(40));
        LogicalMessage.encode(into, random.nextBoolean() ? 0 : xid(),
                prefix.getBytes(StandardCharsets.US_ASCII), ByteBuffer.wrap(bytes(bytes)));
    }

    /// A record of an extension's resource manager, main data of this many bytes.
    public void custom(EncodedRecord into, int bytes) {
        List<BlockReference> blocks = switch (random.nextInt(4)) {
            case 0 -> imageBlocks();
            case 1 -> deltas();
            default -> List.of();
        };
        encode(into, ResourceManagerId.of(128 + random.nextInt(128)), random.nextInt(16) << 4, xid(),
                random.nextInt(3) == 0 ? 1 + random.nextInt(65_535) : 0, random.nextInt(3) == 0 ? xid() : 0,
                blocks, bytes(bytes));
    }

    /// Any record at all.
    public static void encode(EncodedRecord into, ResourceManagerId manager, int info, int xid, int origin,
            int topXid, List<BlockReference> blocks, byte[] main) {
        into.begin(manager, info, xid, BlockReference.bytesAtMost(blocks) + 16 + main.length);
        BlockReference.putHeaders(blocks, into);
        if (origin != 0) {
            into.body().put((byte) RecordDecoder.ORIGIN).putShort((short) origin);
        }
        if (topXid != 0) {
            into.body().put((byte) RecordDecoder.TOP_XID).putInt(topXid);
        }
        into.mainHeader(main.length);
        BlockReference.putPayloads(blocks, into);
        into.body().put(main);
        into.finish();
    }

    private void transaction(EncodedRecord into) {
        boolean isCommit = random.nextBoolean();
        int origin = random.nextInt(3) == 0 ? 1 + random.nextInt(100) : 0;
        int prepared = random.nextInt(5) == 0 ? xid() : 0;
        ByteBuffer main = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        main.putLong(time()).putInt(0);
        int xinfo = 0;
        if (random.nextBoolean()) {
            xinfo |= TransactionRecord.XINFO_DATABASE;
            main.putInt(5).putInt(1663);
        }
        if (random.nextBoolean()) {
            xinfo |= TransactionRecord.XINFO_SUBXACTS;
            items(main, 1);
        }
        if (random.nextBoolean()) {
            xinfo |= TransactionRecord.XINFO_RELATIONS;
            int count = 1 + random.nextInt(3);
            main.putInt(count);
            for (int i = 0; i < count; i++) {
                RelationId relation = relation();
                main.putInt(relation.tablespace()).putInt(relation.database()).putInt(relation.relation());
            }
        }
        if (random.nextBoolean()) {
            xinfo |= TransactionRecord.XINFO_STATISTICS;
            items(main, 3);
        }
        if (isCommit && random.nextBoolean()) {
            xinfo |= TransactionRecord.XINFO_INVALIDATIONS | (random.nextBoolean() ? 1 << 30 : 0);
            invalidations(main);
        }
        if (prepared != 0) {
            xinfo |= TransactionRecord.XINFO_TWOPHASE | TransactionRecord.XINFO_PREPARED_NAME;
            main.putInt(prepared).put("prepared name\0".getBytes(StandardCharsets.US_ASCII));
        }
        if (origin != 0) {
            xinfo |= TransactionRecord.XINFO_ORIGIN;
            main.putLong(random.nextLong()).putLong(time());
        }
        xinfo |= random.nextBoolean() ? 1 << 31 | 1 << 29 : 0;
        byte[] content = new byte[main.putInt(8, xinfo).position()];
        main.get(0, content);
        int kind = isCommit ? TransactionRecord.COMMIT : TransactionRecord.ABORT;
        if (prepared != 0) {
            kind = isCommit ? TransactionRecord.COMMIT_PREPARED : TransactionRecord.ABORT_PREPARED;
        }
        encode(into, ResourceManagerId.TRANSACTION, kind | TransactionRecord.HAS_XINFO, xid(), origin, 0,
                List.of(), content);
    }

    private void items(ByteBuffer main, int words) {
        int count = 1 + random.nextInt(5);
        main.putInt(count);
        for (int i = 0; i < count * words; i++) {
            main.putInt(random.nextInt());
        }
    }

    private void invalidations(ByteBuffer main) {
        int count = 1 + random.nextInt(5);
        main.putInt(count);
        for (int i = 0; i < count; i++) {
            int id = random.nextInt(10) - 5;
            main.putInt(id & 0xFF).putInt(random.nextInt()).putInt(random.nextInt()).putInt(0);
        }
    }

    private void aboutTheLog(EncodedRecord into) {
        TimelineId timeline = new TimelineId(1 + random.nextInt(9));
        switch (random.nextInt(10)) {
            case 0, 1 -> new CheckpointRecord(random.nextBoolean(), Checkpoint.of(new Lsn(random.nextLong()), timeline,
                    timeline, random.nextLong(), xid(), Instant.ofEpochSecond(1_700_000_000L))).encode(into);
            case 2 -> XlogKind.encodeNoop(into);
            case 3 -> new NextOid(random.nextInt()).encode(into);
            case 4 -> new BackupEnd(new Lsn(random.nextLong())).encode(into);
            case 5 -> new ParameterChange(random.nextInt(), random.nextInt(100), 10, 0, 64, random.nextInt(3),
                    random.nextBoolean(), random.nextBoolean()).encode(into);
            case 6 -> new RestorePoint(time(), "r".repeat(1 + random.nextInt(63))).encode(into);
            case 7 -> new FullPageWritesChange(random.nextBoolean()).encode(into);
            case 8 -> new EndOfRecovery(time(), timeline, timeline).encode(into);
            default -> new OverwriteContinuation(new Lsn(random.nextLong()), time()).encode(into);
        }
    }

    private void forStandbys(EncodedRecord into) {
        if (random.nextBoolean()) {
            new ClogZeroPage(random.nextInt(100_000)).encode(into);
            return;
        }
        List<Integer> xids = new ArrayList<>();
        for (int i = random.nextInt(20); i > 0; i--) {
            xids.add(xid());
        }
        new RunningXacts(random.nextInt(xids.size() + 1), random.nextBoolean(), xid(), xid(), xid(), xids)
                .encode(into);
    }

    private void ours(EncodedRecord into) {
        if (random.nextBoolean()) {
            new Watermark(new Lsn(random.nextLong())).encode(into);
            return;
        }
        Map<RelationId, Integer> sizes = new LinkedHashMap<>();
        for (int i = random.nextInt(30); i > 0; i--) {
            sizes.put(relation(), random.nextInt());
        }
        new RelationSizes(sizes).encode(into);
    }

    private List<BlockReference> deltas() {
        List<BlockReference> blocks = new ArrayList<>();
        RelationId relation = relation();
        for (int i = 0, count = 1 + random.nextInt(4); i < count; i++) {
            relation = random.nextBoolean() ? relation : relation();
            ByteBuffer data = ByteBuffer.allocate(20_000).order(ByteOrder.LITTLE_ENDIAN);
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                int offset = 24 + random.nextInt(8000);
                GenericDelta.putFragment(data, offset,
                        ByteBuffer.wrap(bytes(1 + random.nextInt(Math.min(8192 - offset, 300)))));
            }
            blocks.add(BlockReference.withData(i, relation, random.nextInt(), data.flip()));
        }
        return blocks;
    }

    private List<BlockReference> imageBlocks() {
        List<BlockReference> blocks = new ArrayList<>();
        int id = 0;
        for (int i = 0, count = 1 + random.nextInt(3); i < count; i++) {
            blocks.add(new BlockReference(id, random.nextInt(4), relation(), random.nextInt(),
                    random.nextInt(4) == 0, image(page(), random.nextInt(4)), ByteBuffer.allocate(0)));
            id += 1 + random.nextInt(3);
        }
        return blocks;
    }

    /// An image of the page: 0 raw, 1 pglz, 2 lz4, 3 zstd; sometimes not to be applied.
    public FullPageImage image(ByteBuffer page, int compression) {
        FullPageImage raw = FullPageImage.of(page);
        byte[] content = new byte[raw.stored().remaining()];
        raw.stored().duplicate().get(content);
        int flags = raw.info() & ~(random.nextInt(8) == 0 ? FullPageImage.APPLY : 0);
        byte[] compressed = switch (compression) {
            case 1 -> PglzCompressor.compress(content);
            case 2 -> LZ4Factory.safeInstance().fastCompressor().compress(content);
            case 3 -> Zstd.compress(content);
            default -> content;
        };
        if (compression == 0 || compressed.length >= content.length) {
            return new FullPageImage(raw.stored(), raw.holeOffset(), raw.holeLength(), flags);
        }
        int method = List.of(0, FullPageImage.PGLZ, FullPageImage.LZ4, FullPageImage.ZSTD).get(compression);
        return new FullPageImage(ByteBuffer.wrap(compressed), raw.holeOffset(), raw.holeLength(), flags | method);
    }

    /// A data page with or without a hole, of text that compresses.
    public ByteBuffer page() {
        ByteBuffer page = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);
        String words = "a page's text " + random.nextInt() + "; ";
        for (int at = 24; at < 8192; at++) {
            page.put(at, (byte) (random.nextInt(50) == 0 ? random.nextInt() : words.charAt(at % words.length())));
        }
        int lower = 24 + random.nextInt(4000);
        int upper = random.nextInt(4) == 0 ? lower : lower + random.nextInt(8192 - lower);
        page.putShort(12, (short) lower).putShort(14, (short) upper).putShort(16, (short) 8192);
        page.putShort(18, (short) 0x2004);
        for (int at = lower; at < upper; at++) {
            page.put(at, (byte) 0);
        }
        return page;
    }

    private RelationId relation() {
        int tablespace = List.of(1663, 1663, 1664, 70_000).get(random.nextInt(4));
        return new RelationId(tablespace, tablespace == 1664 ? 0 : 5, 16_384 + random.nextInt(100));
    }

    private int size() {
        return switch (random.nextInt(20)) {
            case 0 -> random.nextInt(70_000);
            case 1 -> 255 + random.nextInt(3);
            case 2, 3 -> random.nextInt(9_000);
            default -> random.nextInt(300);
        };
    }

    private int xid() {
        return random.nextInt(8) == 0 ? -1 - random.nextInt(100) : 731 + random.nextInt(100_000);
    }

    private long time() {
        return random.nextLong(FIRST_TIME, LAST_TIME);
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
