package dev.seawall.checkpointer.process;

import dev.seawall.checkpointer.Checkpointer;
import dev.seawall.checkpointer.DataFiles;
import dev.seawall.checkpointer.LiveFiles;
import dev.seawall.checkpointer.RedoState;
import dev.seawall.recovery.ResourceManager;
import dev.seawall.recovery.ResourceManagers;
import dev.seawall.recovery.redo.ApplyDelay;
import dev.seawall.recovery.redo.HeldTransactions;
import dev.seawall.recovery.redo.Redo;
import dev.seawall.recovery.redo.RedoSource;
import dev.seawall.recovery.redo.StopRule;
import dev.seawall.wal.Lsn;
import dev.seawall.wal.PageLayout;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.read.WalReader;
import dev.seawall.wal.role.WatchedRole;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.link.Link;
import dev.seawall.walwriter.link.LinkMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `base/`, open, and the log of one timeline that is streamed into it.
///
/// Outlives connections, and walwriters.
final class FollowedLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FollowedLog.class);

    private final LinkMessage.Welcome welcome;
    private final PageLayout layout;
    private final Consumer<Throwable> host;
    private final Parts parts = new Parts();
    private volatile boolean isClosing;

    /// What was opened so far, closed in reverse when opening fails half-way.
    private static final class Parts {
        @Nullable DataFiles dataFiles;
        @Nullable ResourceManagers managers;
        @Nullable StreamedLog streamed;
        @Nullable RemoteLog remote;
        @Nullable Redo redo;
        World.@Nullable Running redoRunning;
        @Nullable Checkpointer checkpointer;
        @Nullable LiveFiles liveFiles;
        @Nullable StreamReceiver receiver;
        World.@Nullable Running receiverRunning;
    }

    /// What it is opened with.
    ///
    /// @param listening runs what waits for the walwriter
    /// @param attached the link, if there is one now
    /// @param onAsked  called when the walwriter wants to be told how far we are
    /// @param host     told of a failure, once this is over
    record Opening(Disk disk, World world, World listening, Path directory, ProcessOptions options,
            List<ResourceManager> engines, Walwriter walwriter, Supplier<@Nullable Link> attached,
            Runnable onAsked, Consumer<Throwable> host) {}

    private FollowedLog(LinkMessage.Welcome welcome, Consumer<Throwable> host) {
        this.welcome = welcome;
        this.layout = new PageLayout(welcome.segmentBytes());
        this.host = host;
    }

    /// Opens `base/`, or refuses it, and starts redo, checkpoints and the stream.
    static FollowedLog open(LinkMessage.Welcome welcome, Opening opening) throws IOException {
        FollowedLog opened = new FollowedLog(welcome, opening.host());
        try {
            opened.open(opening);
            return opened;
        } catch (Throwable t) {
            opened.close();
            throw t;
        }
    }

    private void open(Opening opening) throws IOException {
        World world = opening.world();
        DataFiles dataFiles = DataFiles.open(opening.disk(), opening.directory(), world, opening.options().pages(),
                new DataFiles.Log(welcome.systemId(), welcome.history(), layout, welcome.begin(), welcome.end()));
        parts.dataFiles = dataFiles;
        ResourceManagers managers = ResourceManagers.of(dataFiles.pages(), opening.engines());
        parts.managers = managers;
        managers.open(opening.disk(), dataFiles.path(), world);
        dataFiles.follow(welcome.history().timeline());
        StreamedLog streamed = new StreamedLog(welcome.systemId(), welcome.history(), layout, world,
                dataFiles.redoPoint(), opening.options().windowBytes());
        parts.streamed = streamed;
        RemoteLog remote = new RemoteLog(welcome, streamed, opening.attached(), world);
        parts.remote = remote;
        startRedo(opening, dataFiles, managers, streamed);
        Checkpointer checkpointer = new Checkpointer(dataFiles, managers, RedoState.of(redo()), remote,
                opening.options().checkpoints(), world);
        parts.checkpointer = checkpointer;
        parts.liveFiles = new LiveFiles(dataFiles, checkpointer, managers, RedoState.of(redo()), world);
        checkpointer.start(role -> new WatchedRole(role, this::failed));
        startStream(opening, streamed);
        LOG.info("following the log timeline={} redo={}", welcome.history().timeline(), dataFiles.redoPoint());
    }

    private void startRedo(Opening opening, DataFiles dataFiles, ResourceManagers managers, StreamedLog streamed)
            throws IOException {
        WalReader reader = new WalReader(streamed, layout);
        reader.expect(welcome.systemId(), welcome.history());
        HeldTransactions held = HeldTransactions.open(opening.disk(), dataFiles.path().resolve(DataFiles.HELD),
                opening.options().held());
        Redo redo = new Redo(new RedoSource(reader, layout, dataFiles.redoPoint(), welcome.nextXid(),
                streamed::announced), managers, held, StopRule.NONE, delay(opening), opening.world());
        redo.onProgress(progress -> streamed.passed(progress.position()));
        if (welcome.isStandby()) {
            // A commit on the primary may wait for it.
            redo.onProgress(_ -> opening.onAsked().run());
        }
        parts.redo = redo;
        parts.redoRunning = opening.world().start(new WatchedRole(redo, this::failed));
    }

    private ApplyDelay delay(Opening opening) {
        return welcome.isStandby() ? new ApplyDelay(opening.options().applyDelay(), opening.world())
                : ApplyDelay.none(opening.world());
    }

    private void startStream(Opening opening, StreamedLog streamed) {
        World.Running redo = part(parts.redoRunning);
        StreamReceiver receiver = new StreamReceiver(opening.walwriter(), streamed, welcome.history(),
                opening.world(), () -> opening.attached().get() != null, redo::wake, opening.onAsked());
        parts.receiver = receiver;
        parts.receiverRunning = opening.listening().start(new WatchedRole(receiver, this::failed));
    }

    private void failed(Throwable cause) {
        // What fails because it is closed is no failure.
        if (!isClosing) {
            part(parts.checkpointer).failed(cause);
            host.accept(cause);
        }
    }

    private static <T> T part(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the data files are not open");
        }
        return part;
    }

    LinkMessage.Welcome welcome() {
        return welcome;
    }

    PageLayout layout() {
        return layout;
    }

    DataFiles dataFiles() {
        return part(parts.dataFiles);
    }

    Redo redo() {
        return part(parts.redo);
    }

    Checkpointer checkpointer() {
        return part(parts.checkpointer);
    }

    /// What base backups copy.
    LiveFiles liveFiles() {
        return part(parts.liveFiles);
    }

    /// End of what was received.
    Lsn received() {
        return part(parts.streamed).received();
    }

    /// End of the last record that is known to be durable.
    Lsn announced() {
        return part(parts.streamed).announced();
    }

    /// A walwriter to follow is there.
    void connect() {
        World.Running receiver = parts.receiverRunning;
        if (receiver != null) {
            receiver.wake();
        }
    }

    /// Tells the walwriter how far we are, if the stream is up.
    void reply() {
        StreamReceiver receiver = parts.receiver;
        if (receiver != null) {
            receiver.reply(dataFiles().redoPoint(), redo().applied());
        }
    }

    /// Ends every role and closes every file, whatever state they are in. What was not checkpointed is
    /// redone the next time.
    @Override
    public void close() throws IOException {
        isClosing = true;
        // First those for whom others may be waiting.
        if (parts.receiver != null) {
            parts.receiver.close();
        }
        if (parts.streamed != null) {
            parts.streamed.close();
        }
        if (parts.remote != null) {
            parts.remote.close();
        }
        try (DataFiles last = parts.dataFiles; ResourceManagers _ = parts.managers; Redo _ = parts.redo;
                World.Running _ = parts.redoRunning; Checkpointer _ = parts.checkpointer;
                World.Running first = parts.receiverRunning) {
            LOG.debug("closing dataFiles={} stream={}", last != null, first != null);
        }
    }
}
