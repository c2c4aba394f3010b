package dev.seawall.wal.record.body;

import dev.seawall.wal.record.EncodedRecord;
import dev.seawall.wal.record.RecordDecoder.MalformedRecordException;
import dev.seawall.wal.record.RelationId;
import dev.seawall.wal.record.WalRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// How many blocks every relation has, so that the walwriter need not read the log from its
/// beginning to know them; logged at each checkpoint.
///
/// A [LogicalMessage] outside transactions with prefix `seawall.relations`; content, one entry a
/// relation: `u32 tablespace  u32 database  u32 relation  u32 blocks`.
public record RelationSizes(Map<RelationId, Integer> blocks) {

    public static final String PREFIX = "seawall.relations";

    private static final byte[] PREFIX_BYTES = PREFIX.getBytes(StandardCharsets.US_ASCII);
    private static final int ENTRY_BYTES = 16;

    public RelationSizes {
        blocks = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(blocks));
    }

    public void encode(EncodedRecord into) {
        ByteBuffer content = ByteBuffer.allocate(Math.multiplyExact(blocks.size(), ENTRY_BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        blocks.forEach((relation, count) -> content.putInt(relation.tablespace()).putInt(relation.database())
                .putInt(relation.relation()).putInt(count));
        LogicalMessage.encode(into, 0, PREFIX_BYTES, content.flip());
    }

    public static boolean is(WalRecord record) {
        return LogicalMessage.hasPrefix(record, PREFIX_BYTES);
    }

    public static RelationSizes decode(WalRecord record) throws MalformedRecordException {
        ByteBuffer content = LogicalMessage.decode(record).content();
        if (content.remaining() % ENTRY_BYTES != 0) {
            throw new MalformedRecordException(
                    "relation sizes have " + content.remaining() + " bytes, not a multiple of 16");
        }
        Map<RelationId, Integer> blocks = new LinkedHashMap<>();
        while (content.hasRemaining()) {
            RelationId relation = new RelationId(content.getInt(), content.getInt(), content.getInt());
            blocks.put(relation, content.getInt());
        }
        return new RelationSizes(blocks);
    }
}
