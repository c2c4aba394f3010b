package dev.seawall.tools.quickstart;

import dev.seawall.archiver.backup.BackupManifest;
import dev.seawall.archiver.backup.BackupProgress;
import dev.seawall.embedded.Seawall;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// A base backup that is taken while its owner commits.
final class BackupThread {

    static final String LABEL = "quickstart";

    private final FutureTask<BackupManifest> task;

    BackupThread(Seawall seawall) {
        task = new FutureTask<>(() -> seawall.backup(LABEL, BackupProgress.NONE));
        Thread.ofPlatform().daemon().name("quickstart-backup").start(task);
    }

    /// Waits for its end, and throws what it threw.
    BackupManifest await() throws Exception {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }
}
