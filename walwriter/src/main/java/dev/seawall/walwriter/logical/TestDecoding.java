package dev.seawall.walwriter.logical;

import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.query.value.Values;
import dev.seawall.walwriter.wire.PgType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The text of PostgreSQL 15's test_decoding.
final class TestDecoding implements DecodedChanges {

    /// @param isSkippingEmpty leaves out BEGIN and COMMIT altogether: to this plug-in in PostgreSQL 15
    ///                        messages are no changes, and there is nothing else here
    /// @param isBinary        changes nothing in the bytes
    record Options(boolean hasXids, boolean hasTimestamp, boolean isSkippingEmpty, boolean isBinary) {

        static Options of(List<PluginOption> given) {
            boolean hasXids = true;
            boolean hasTimestamp = false;
            boolean isSkippingEmpty = false;
            boolean isBinary = false;
            for (PluginOption option : given) {
                switch (option.name()) {
                    case "include-xids" -> hasXids = option.isOn();
                    case "include-timestamp" -> hasTimestamp = option.isOn();
                    case "skip-empty-xacts" -> isSkippingEmpty = option.isOn();
                    case "force-binary" -> isBinary = option.isOn();
                    // Everything is local, no table is rewritten, and every transaction is told when it is whole.
                    case "only-local", "include-rewrites", "stream-changes" -> option.isOn();
                    default -> throw option.unknown();
                }
            }
            return new Options(hasXids, hasTimestamp, isSkippingEmpty, isBinary);
        }
    }

    private final Options options;
    private final DecodedOutput out;

    TestDecoding(Options options, DecodedOutput out) {
        this.options = options;
        this.out = out;
    }

    @Override
    public void begin(DecodedTransaction transaction) throws IOException {
        if (!options.isSkippingEmpty()) {
            write(transaction.first(), transaction, "BEGIN" + xid(transaction));
        }
    }

    @Override
    public void commit(DecodedTransaction transaction) throws IOException {
        if (!options.isSkippingEmpty()) {
            String at = options.hasTimestamp()
                    ? " (at " + Values.toText(PgType.TIMESTAMPTZ, transaction.commitTime()) + ")" : "";
            write(transaction.end(), transaction, "COMMIT" + xid(transaction) + at);
        }
    }

    private String xid(DecodedTransaction transaction) {
        return options.hasXids() ? " " + transaction.shortXid() : "";
    }

    private void write(Lsn lsn, DecodedTransaction transaction, String text) throws IOException {
        out.write(lsn, transaction.shortXid(), ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void message(DecodedTransaction transaction, Lsn lsn, String prefix, ByteBuffer content)
            throws IOException {
        out.write(lsn, transaction.shortXid(), text(true, prefix, content));
    }

    @Override
    public void outside(Lsn lsn, String prefix, ByteBuffer content) throws IOException {
        out.write(lsn, 0, text(false, prefix, content));
    }

    private static ByteBuffer text(boolean isTransactional, String prefix, ByteBuffer content) {
        byte[] head = ("message: transactional: " + (isTransactional ? 1 : 0) + " prefix: " + prefix + ", sz: "
                + content.remaining() + " content:").getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Math.addExact(head.length, content.remaining()))
                .put(head).put(content.duplicate()).flip();
    }
}
