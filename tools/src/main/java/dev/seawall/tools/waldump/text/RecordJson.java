package dev.seawall.tools.waldump.text;

import dev.seawall.tools.Json;
import dev.seawall.wal.WalVersion;
import dev.seawall.wal.record.BlockReference;
import dev.seawall.wal.record.FullPageImage;
import dev.seawall.wal.record.WalRecord;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A record as a JSON object on a line of its own: `--json`.
public final class RecordJson {

    private final TextOutput out;
    private final ByteArrayOutputStream description = new ByteArrayOutputStream();
    private final TextOutput descriptionOutput = new TextOutput(description);
    private final Descriptions descriptions;
    private final WalVersion version;

    /// @param version whose names and words are used
    public RecordJson(TextOutput out, WalVersion version) {
        this.out = out;
        this.version = version;
        this.descriptions = new Descriptions(descriptionOutput, version);
    }

    public void show(WalRecord record) {
        Map<String, Object> fields = new LinkedHashMap<>();
        String name = RecordNames.of(record.resourceManager().value(), record.info(), version);
        fields.put("lsn", record.start().toString());
        fields.put("end", record.end().toString());
        fields.put("prev", record.previous().toString());
        fields.put("rmgr", record.resourceManager().displayName());
        fields.put("type", name == null ? "UNKNOWN (" + Integer.toHexString(record.kind()) + ")" : name);
        fields.put("info", record.info());
        fields.put("xid", Integer.toUnsignedLong(record.xid()));
        fields.put("length", record.totalLength());
        fields.put("image_length", RecordLines.imageBytes(record));
        fields.put("main_length", record.mainData().remaining());
        if (record.origin() != 0) {
            fields.put("origin", record.origin());
        }
        if (record.topXid() != 0) {
            fields.put("top_xid", Integer.toUnsignedLong(record.topXid()));
        }
        fields.put("description", describe(record));
        fields.put("blocks", record.blocks().stream().map(RecordJson::block).toList());
        byte[] line = Json.of(fields).getBytes(StandardCharsets.UTF_8);
        out.put(java.nio.ByteBuffer.wrap(line), 0, line.length).endLine();
    }

    private String describe(WalRecord record) {
        description.reset();
        try {
            descriptions.describe(record);
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            descriptionOutput.put("(the record's main data is too short for its kind)");
        }
        descriptionOutput.flush();
        return description.toString(StandardCharsets.UTF_8);
    }

    private static Map<String, Object> block(BlockReference block) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", block.id());
        fields.put("relation", block.relation().toString());
        fields.put("fork", RecordLines.forkName(block.fork()));
        fields.put("block", Integer.toUnsignedLong(block.block()));
        fields.put("data_length", block.data().remaining());
        FullPageImage image = block.image();
        if (image != null) {
            List<String> flags = new ArrayList<>();
            flags.add(image.isApplied() ? "apply" : "verify");
            if (image.isCompressed()) {
                flags.add(RecordLines.methodOf(image));
            }
            Map<String, Object> stored = new LinkedHashMap<>();
            stored.put("length", image.stored().remaining());
            stored.put("hole_offset", image.holeOffset());
            stored.put("hole_length", image.holeLength());
            stored.put("flags", flags);
            fields.put("image", stored);
        }
        return fields;
    }
}
