package dev.seawall.tools.waldump.text;

import dev.seawall.wal.WalVersion;
import dev.seawall.wal.record.BlockReference;
import dev.seawall.wal.record.FullPageImage;
import dev.seawall.wal.record.WalRecord;
import java.nio.BufferUnderflowException;

/// A record as a line, `rmgr: Transaction len (rec/tot): 34/ 34, tx: 731, lsn: 0/01000108, prev 0/010000E0,
/// desc: COMMIT 2026-11-22 10:00:00.000000 UTC`, then the blocks it names; with details, a line each.
public final class RecordLines {

    private static final String[] FORKS = {"main", "fsm", "vm", "init"};

    private final TextOutput out;
    private final boolean isDetailed;
    private final Descriptions descriptions;
    private final WalVersion version;

    /// @param version whose pg_waldump's words are used
    public RecordLines(TextOutput out, boolean isDetailed, WalVersion version) {
        this.version = version;
        this.out = out;
        this.isDetailed = isDetailed;
        this.descriptions = new Descriptions(out, version);
    }

    public void show(WalRecord record) {
        int manager = record.resourceManager().value();
        out.put("rmgr: ").putLeft(record.resourceManager().displayName(), 11)
                .put(" len (rec/tot): ").putUnsigned(record.totalLength() - imageBytes(record), 6)
                .put('/').putUnsigned(record.totalLength(), 6)
                .put(", tx: ").putUnsigned(record.xid(), 10)
                .put(", lsn: ").putLsn(record.start().value(), true)
                .put(", prev ").putLsn(record.previous().value(), true)
                .put(", desc: ");
        String name = RecordNames.of(manager, record.info(), version);
        if (name != null) {
            out.put(name);
        } else {
            out.put("UNKNOWN (").put(Integer.toHexString(record.kind())).put(')');
        }
        out.put(' ');
        try {
            descriptions.describe(record);
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            out.put("(the record's main data is too short for its kind)");
        }
        if (isDetailed) {
            showBlocksDetailed(record);
        } else {
            showBlocks(record);
        }
    }

    /// Bytes of stored page images in a record.
    static int imageBytes(WalRecord record) {
        int bytes = 0;
        for (BlockReference block : record.blocks()) {
            FullPageImage image = block.image();
            if (image != null) {
                bytes += image.stored().remaining();
            }
        }
        return bytes;
    }

    private void showBlocks(WalRecord record) {
        for (BlockReference block : record.blocks()) {
            out.put(", ");
            showBlock(block, block.fork() != BlockReference.MAIN_FORK);
            FullPageImage image = block.image();
            if (image != null) {
                out.put(image.isApplied() ? " FPW" : " FPW for WAL verification");
            }
        }
        out.endLine();
    }

    private void showBlock(BlockReference block, boolean isForkShown) {
        out.put("blkref #").putUnsigned(block.id()).put(": rel ")
                .putUnsigned(block.relation().tablespace()).put('/')
                .putUnsigned(block.relation().database()).put('/')
                .putUnsigned(block.relation().relation());
        if (isForkShown) {
            out.put(" fork ").put(forkName(block.fork()));
        }
        out.put(" blk ").putUnsigned(block.block());
    }

    private void showBlocksDetailed(WalRecord record) {
        out.endLine();
        for (BlockReference block : record.blocks()) {
            out.put('\t');
            showBlock(block, true);
            FullPageImage image = block.image();
            if (image != null) {
                out.put(image.isApplied() ? " (FPW); hole: offset: " : " (FPW for WAL verification); hole: offset: ")
                        .putUnsigned(image.holeOffset()).put(", length: ").putUnsigned(image.holeLength());
                if (image.isCompressed()) {
                    out.put(", compression saved: ")
                            .putUnsigned(FullPageImage.PAGE_BYTES - image.holeLength() - image.stored().remaining());
                    // Before there was a choice it was not told.
                    out.put(version.isAtLeast(15) ? ", method: " + methodOf(image) : "");
                }
            }
            out.endLine();
        }
    }

    static String methodOf(FullPageImage image) {
        if ((image.info() & FullPageImage.PGLZ) != 0) {
            return "pglz";
        }
        return (image.info() & FullPageImage.LZ4) != 0 ? "lz4" : "zstd";
    }

    static String forkName(int fork) {
        return fork < FORKS.length ? FORKS[fork] : Integer.toString(fork);
    }

    /// @return -1 if no fork has this name
    public static int forkNumber(String name) {
        return java.util.List.of(FORKS).indexOf(name);
    }
}
