package dev.seawall.checkpointer.process;

import dev.seawall.checkpointer.LiveFiles;
import dev.seawall.wal.Lsn;
import dev.seawall.walwriter.cluster.Checkpointing.FileCopy;
import dev.seawall.walwriter.link.Bytes;
import dev.seawall.walwriter.link.LinkMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// What the walwriter asks for while it sends base backups: any number of them at once, for nothing is
/// remembered of one but that it holds engines' files.
final class CopyRequests {

    /// Names in one answer.
    private static final int FILES_MAX = 1000;

    private final Supplier<LiveFiles> files;
    private final Errands errands;

    /// @param files what is open now
    CopyRequests(Supplier<LiveFiles> files, Errands errands) {
        this.files = files;
        this.errands = errands;
    }

    /// Lists and reads in the errands' thread.
    CompletableFuture<LinkMessage.Answer> list(LinkMessage.ListFiles request) {
        return errands.add(Lsn.INVALID, () -> CompletableFuture.completedFuture(listed(request)));
    }

    private LinkMessage.Answer listed(LinkMessage.ListFiles request) throws IOException {
        List<FileCopy.Entry> all = switch (request.kind()) {
            case RELATIONS -> files.get().relations();
            case OTHERS -> files.get().others();
        };
        int from = 0;
        if (!request.after().isEmpty()) {
            from = all.stream().map(FileCopy.Entry::path).toList().indexOf(request.after()) + 1;
            if (from == 0) {
                throw new IllegalArgumentException("no file \"" + request.after() + "\"");
            }
        }
        return new LinkMessage.Files(all.subList(from, Math.min(all.size(), from + FILES_MAX)));
    }

    CompletableFuture<LinkMessage.Answer> copy(LinkMessage.CopyFile request) {
        if (request.bytes() < 0 || request.bytes() > FileCopy.PIECE_BYTES) {
            throw new IllegalArgumentException("piece of " + request.bytes() + " bytes");
        }
        return errands.add(Lsn.INVALID, () -> {
            ByteBuffer piece = ByteBuffer.allocate(request.bytes());
            files.get().read(request.redoPoint(), request.path(), request.offset(), piece);
            return CompletableFuture.completedFuture(new LinkMessage.Piece(Bytes.of(piece.flip())));
        });
    }

    CompletableFuture<LinkMessage.Answer> hold() {
        return files.get().hold().thenApply(_ -> new LinkMessage.Done());
    }

    CompletableFuture<LinkMessage.Answer> release() {
        files.get().release();
        return CompletableFuture.completedFuture(new LinkMessage.Done());
    }
}
