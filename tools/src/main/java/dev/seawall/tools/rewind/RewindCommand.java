package dev.seawall.tools.rewind;

import dev.seawall.archiver.stream.ArchiveReader;
import dev.seawall.embedded.RewoundFiles;
import dev.seawall.embedded.SeawallOptions;
import dev.seawall.recovery.ResourceManager;
import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.LinuxDisk;
import dev.seawall.wal.role.SystemWorld;
import dev.seawall.wal.role.World;
import dev.seawall.walwriter.client.Login;
import dev.seawall.walwriter.rewind.Rewind;
import dev.seawall.walwriter.rewind.RewindResult;
import dev.seawall.walwriter.rewind.StreamedSource;
import dev.seawall.walwriter.walreceiver.ConnectionString;
import dev.seawall.walwriter.walreceiver.PrimaryConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `walctl rewind`: the old primary, to follow the new one.
@Command(name = "rewind", mixinStandardHelpOptions = true,
        description = {"Makes an old primary one that can follow the new primary, after a failover.",
            "",
            "Commits that reached only the old primary are in its log and in nobody else's. The log is cut where the"
                + " new primary's history left it, and those commits are listed; the log that is given up is kept in"
                + " DIR/diverged-TIMELINE-LSN.",
            "",
            "Data files stay if they hold nothing from beyond that place. If they do, such as after a checkpoint or a"
                + " clean stop of an old primary that had more than the new one, or if its log does not reach back that"
                + " far, they are replaced by a base backup of the new primary, which this command fetches. It says so"
                + " before it begins, and --dry-run says whether it would. The copy is made beside the old data files,"
                + " so there must be room for both.",
            "",
            "The old primary must not run; it may have crashed. Whatever goes wrong before the copy is whole leaves the"
                + " directory as it was. From then on nothing opens the directory until the rewind is finished; one"
                + " that was interrupted is finished by the same command, and does not need the source for that."},
        footer = {"", "Examples:",
            "  walctl rewind -D /var/lib/seawall --source-server='host=db2 user=replicator' --dry-run",
            "                                            what would be given up?",
            "  walctl rewind -D /var/lib/seawall --source-server='host=db2 user=replicator' -R -P",
            "  walctl start -D /var/lib/seawall          follows db2"})
public final class RewindCommand implements Callable<ExitCode> {

    private static final Duration SILENCE_MAX = Duration.ofSeconds(60);

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--source-server", paramLabel = "CONNINFO", required = true,
            description = "The new primary, as libpq's connection strings say it; a user that may replicate.")
    private String source = "";

    @Option(names = {"-n", "--dry-run"}, description = "Say what would be done, and do nothing.")
    private boolean isDryRun;

    @Option(names = {"-P", "--progress"},
            description = "Tell on standard error how far it is, if data files are copied.")
    private boolean isProgress;

    @Option(names = {"-R", "--write-recovery-conf"},
            description = "Make it a standby of the source: standby.signal, and primary_conninfo in"
                    + " postgresql.auto.conf.")
    private boolean isConfiguring;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean isJson;

    @Override
    public ExitCode call() throws Exception {
        Disk disk = new LinuxDisk();
        World world = new SystemWorld();
        Path directory = cluster.existing(disk);
        RewoundFiles files = new RewoundFiles(disk, world, directory,
                SeawallOptions.of(cluster.settings(disk), directory),
                ServiceLoader.load(ResourceManager.class).stream().map(ServiceLoader.Provider::get).toList());
        Rewind.Ending ending = isConfiguring ? () -> StandbyConfiguration.write(disk, directory, source)
                : Rewind.Ending.NONE;
        ConnectionString connection = connection();
        StreamedSource server = new StreamedSource(
                () -> PrimaryConnection.connect(connection.endpoints(disk, Login.Replication.PHYSICAL), SILENCE_MAX,
                        world),
                new ArchiveReader(disk), disk);
        RewindResult result;
        try (CopyReport progress = new CopyReport(isJson ? null : System.out, isProgress ? System.err : null)) {
            result = new Rewind(disk, world, directory, files, ending, progress).run(server, isDryRun);
        }
        RewindReport report = new RewindReport(isDryRun, isConfiguring);
        if (isJson) {
            System.out.println(report.json(result));
        } else {
            report.print(result, System.out);
        }
        return ExitCode.DONE;
    }

    private ConnectionString connection() {
        try {
            return ConnectionString.parse(source).orApplicationName("walctl_rewind");
        } catch (IllegalArgumentException e) {
            throw new ExitCodeException(ExitCode.USAGE, "--source-server: " + e.getMessage(), e);
        }
    }
}
