package dev.seawall.checkpointer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.checkpointer.files.PageId;
import dev.seawall.checkpointer.pages.PageStore;
import dev.seawall.recovery.CommittedTransaction;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.record.BlockReference;
import dev.seawall.wal.record.FullPageImage;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.ResourceManagerId;
import dev.seawall.wal.record.WalRecord;
import dev.seawall.wal.record.body.GenericDelta;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// A log of transactions made up from chance, all of it durable, and what pages and engine must be
/// at its end, reckoned by other code than the product's.
///
/// Transactions overlap: some log a message early and commit late.
final class ModelLog {

    static final PageLayout LAYOUT = PageLayout.DEFAULT;
    static final Lsn START = new Lsn(PageLayout.SEGMENT_BYTES_DEFAULT + PageLayout.LONG_HEADER);
    static final long SYSTEM_ID = 0x1122_3344_5566_7788L;

    private static final int RELATIONS = 3;
    private static final int BLOCKS_MAX = 12;
    private static final int OPEN_MAX = 3;

    /// A message of a transaction, or its page record.
    private record Change(Lsn start, Lsn end, WalRecord pages) {}

    /// What a commit made true.
    record Entry(long xid, List<Change> changes, Lsn commitEnd) {

        Lsn firstRecord() {
            return changes.isEmpty() ? commitEnd : changes.getFirst().start();
        }

        /// The transaction as a reader sees it who began at `from`: with what was before missing.
        CommittedTransaction seenFrom(Lsn from) {
            return new CommittedTransaction() {
                @Override
                public long xid() {
                    return xid;
                }

                @Override
                public Instant commitTime() {
                    return Instant.EPOCH;
                }

                @Override
                public Lsn firstLsn() {
                    return firstRecord();
                }

                @Override
                public void forEach(Visitor visitor) throws IOException {
                    for (Change change : changes) {
                        if (change.start().isBefore(from)) {
                            continue;
                        }
                        if (change.pages() != null) {
                            visitor.pages(change.pages());
                        } else {
                            visitor.message(change.end(), ModelEngine.NAME, ByteBuffer.allocate(0));
                        }
                    }
                }
            };
        }
    }

    private final RandomGenerator random;
    private final List<Entry> entries = new ArrayList<>();
    private final List<List<Change>> open = new ArrayList<>();
    private final Map<PageId, byte[]> pages = new TreeMap<>();
    private long engine;
    private Lsn end = START;
    private long nextXid = 1000;

    ModelLog(RandomGenerator random) {
        this.random = random;
    }

    List<Entry> entries() {
        return entries;
    }

    /// End of the last record.
    Lsn end() {
        return end;
    }

    /// First record of the oldest transaction that has not committed.
    Lsn oldestOpen() {
        return open.stream().map(changes -> changes.getFirst().start()).min(Lsn::compareTo).orElse(Lsn.MAX);
    }

    static RelationId relation(int number) {
        return new RelationId(RelationId.DEFAULT_TABLESPACE, 5, 16384 + number);
    }

    /// Something happens.
    void append() {
        int choice = random.nextInt(10);
        if (choice == 0 && open.size() < OPEN_MAX) {
            List<Change> transaction = new ArrayList<>();
            transaction.add(message());
            open.add(transaction);
        } else if (choice == 1 && !open.isEmpty()) {
            open.get(random.nextInt(open.size())).add(message());
        } else if (choice <= 3) {
            extend();
        } else {
            commit(choice <= 5 && !open.isEmpty() ? open.remove(random.nextInt(open.size())) : new ArrayList<>());
        }
    }

    private Change message() {
        Lsn start = LAYOUT.startOf(end);
        end = LAYOUT.endOf(start, 60);
        return new Change(start, end, null);
    }

    private void extend() {
        RelationId relation = relation(random.nextInt(RELATIONS));
        int blocks = blocks(relation);
        if (blocks < BLOCKS_MAX) {
            List<BlockReference> images = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(3); i++) {
                images.add(BlockReference.withImage(i, relation, blocks + i, FullPageImage.ofEmptyPage()));
            }
            Change change = record(ResourceManagerId.XLOG, 0xB0, images);
            for (BlockReference image : images) {
                byte[] page = new byte[8192];
                ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN)
                        .putShort(12, (short) 24).putShort(14, (short) 24)
                        .putShort(16, (short) 8192).putShort(18, (short) 0x2004);
                setLsn(page, change.end());
                pages.put(PageId.of(relation, image.block()), page);
            }
            entries.add(new Entry(0, List.of(change), change.end()));
        }
    }

    private int blocks(RelationId relation) {
        return (int) pages.keySet().stream().filter(id -> id.relation().equals(relation)).count();
    }

    private void commit(List<Change> transaction) {
        engine = transaction.stream().mapToLong(change -> change.end().value()).reduce(engine, ModelEngine::add);
        for (int i = random.nextInt(4); i > 0 && !pages.isEmpty(); i--) {
            transaction.add(delta());
        }
        Lsn start = LAYOUT.startOf(end);
        end = LAYOUT.endOf(start, 34);
        entries.add(new Entry(nextXid++, transaction, end));
    }

    private Change delta() {
        List<PageId> there = new ArrayList<>(pages.keySet());
        List<BlockReference> blocks = new ArrayList<>();
        List<PageId> ids = new ArrayList<>();
        List<byte[]> contents = new ArrayList<>();
        List<Integer> offsets = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            PageId id = there.remove(random.nextInt(there.size()));
            byte[] content = new byte[1 + random.nextInt(2000)];
            random.nextBytes(content);
            int offset = 24 + random.nextInt(8192 - 24 - content.length);
            ByteBuffer fragments = ByteBuffer.allocate(4 + content.length).order(ByteOrder.LITTLE_ENDIAN);
            GenericDelta.putFragment(fragments, offset, ByteBuffer.wrap(content));
            blocks.add(BlockReference.withData(i, id.relation(), id.block(), fragments.flip()));
            ids.add(id);
            contents.add(content);
            offsets.add(offset);
            if (there.isEmpty()) {
                break;
            }
        }
        Change change = record(ResourceManagerId.GENERIC, 0, blocks);
        for (int i = 0; i < ids.size(); i++) {
            byte[] page = pages.get(ids.get(i));
            System.arraycopy(contents.get(i), 0, page, offsets.get(i), contents.get(i).length);
            setLsn(page, change.end());
        }
        return change;
    }

    private Change record(ResourceManagerId resourceManager, int info, List<BlockReference> blocks) {
        int length = 24 + BlockReference.bytesAtMost(blocks);
        Lsn start = LAYOUT.startOf(end);
        end = LAYOUT.endOf(start, length);
        return new Change(start, end, new WalRecord(start, end, Lsn.INVALID, length, 0, info, resourceManager, 0, 0,
                blocks, ByteBuffer.allocate(0)));
    }

    private static void setLsn(byte[] page, Lsn lsn) {
        ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, (int) (lsn.value() >>> 32)).putInt(4, (int) lsn.value());
    }

    /// Everything is as it must be when all entries are applied.
    void verify(PageStore store, ModelEngine model) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(8192);
        for (Map.Entry<PageId, byte[]> expected : pages.entrySet()) {
            PageId id = expected.getKey();
            store.read(id.relation(), id.block(), page.clear());
            assertThat(withoutChecksum(page.array())).as("%s", id).isEqualTo(withoutChecksum(expected.getValue()));
        }
        assertThat(store.forks().values().stream().mapToInt(count -> count).sum())
                .as("pages").isEqualTo(pages.size());
        assertThat(model.sum()).as("the engine's sum").isEqualTo(engine);
    }

    /// The page without its checksum, which is not part of what is promised.
    private static byte[] withoutChecksum(byte[] page) {
        byte[] copy = Arrays.copyOf(page, page.length);
        copy[8] = 0;
        copy[9] = 0;
        return copy;
    }
}
