package dev.seawall.walwriter.query.builtin;

import dev.seawall.walwriter.query.Catalog;
import dev.seawall.walwriter.query.SqlFunction;
import dev.seawall.walwriter.query.view.Views;
import java.util.List;
import java.util.stream.Stream;

/// Everything that can be called and selected from.
public final class Builtins {

    private Builtins() {}

    /// For one server: it remembers what its sessions hold.
    public static Catalog catalog() {
        BackupFunctions backups = new BackupFunctions();
        List<SqlFunction> functions = Stream.of(MessageFunctions.ALL, LogFunctions.ALL, PageFunctions.ALL,
                        SlotFunctions.ALL, LogicalFunctions.ALL, RecoveryFunctions.ALL, SessionFunctions.ALL,
                        SettingFunctions.ALL,
                        backups.all())
                .flatMap(List::stream).toList();
        return new Catalog(functions, Views.ALL, List.of(backups::sessionEnded,
                // Also those that a replication command made.
                caller -> caller.cluster().slots().sessionEnded(caller.pid())));
    }
}
