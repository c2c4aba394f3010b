package dev.seawall.tools.user;

import dev.seawall.tools.ClusterOptions;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.Json;
import dev.seawall.walwriter.auth.User;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `walctl user list`.
@Command(name = "list", mixinStandardHelpOptions = true,
        description = "Lists the users besides the owner of the cluster's directory.")
final class ListCommand implements Callable<ExitCode> {

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--json", description = "Print a JSON array, one object a user.")
    private boolean isJson;

    @Override
    public ExitCode call() throws IOException {
        List<User> users = UserFile.open(cluster).list();
        if (isJson) {
            System.out.println(Json.of(users.stream().map(ListCommand::fields).toList()));
            return ExitCode.DONE;
        }
        for (User user : users) {
            String attributes = String.join(", ", user.attributes());
            System.out.println(user.name() + (attributes.isEmpty() ? "" : ": " + attributes)
                    + (user.verifier() == null ? " (no password)" : ""));
        }
        if (users.isEmpty()) {
            System.err.println("walctl user: only the owner of the cluster's directory gets in"
                    + "\nHINT: \"walctl user add NAME\" adds a user.");
        }
        return ExitCode.DONE;
    }

    private static Map<String, Object> fields(User user) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", user.name());
        fields.put("superuser", user.isSuperuser());
        fields.put("replication", user.mayReplicate());
        fields.put("password", user.verifier() != null);
        return fields;
    }
}
