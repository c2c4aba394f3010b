package dev.seawall.tools.torture.failover;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A network of namespaces, one a node, joined by a bridge in one more: every node's cable can be pulled.
///
/// The machine's own network is not touched. It needs root, and `ip`.
final class Network implements AutoCloseable {

    private static final String HUB = "hub";

    private final String id;
    private final List<String> namespaces = new ArrayList<>();

    /// @param nodes how many
    Network(int nodes) throws IOException {
        // Namespaces' names are the machine's, and other runs have theirs.
        this.id = "sw" + ProcessHandle.current().pid();
        try {
            add(bridge());
            in(bridge(), "link", "add", "name", HUB, "type", "bridge");
            in(bridge(), "link", "set", HUB, "up");
            for (int node = 0; node < nodes; node++) {
                join(node);
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /// Why there can be none here; empty if there can.
    static String obstacle() {
        String probe = "sw" + ProcessHandle.current().pid() + "probe";
        try {
            run("netns", "add", probe);
            run("netns", "delete", probe);
            return "";
        } catch (IOException | IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private String bridge() {
        return id + "br";
    }

    private String space(int node) {
        return id + "n" + node;
    }

    private void add(String namespace) throws IOException {
        run("netns", "add", namespace);
        namespaces.add(namespace);
    }

    private void join(int node) throws IOException {
        add(space(node));
        in(bridge(), "link", "add", "name", cable(node), "type", "veth", "peer", "name", "eth0", "netns", space(node));
        in(bridge(), "link", "set", cable(node), "master", HUB, "up");
        in(space(node), "link", "set", "lo", "up");
        in(space(node), "address", "add", address(node) + "/24", "dev", "eth0");
        in(space(node), "link", "set", "eth0", "up");
    }

    private static String cable(int node) {
        return "cable" + node;
    }

    String address(int node) {
        return "10.77.0." + (node + 1);
    }

    /// All addresses, as pg_hba.conf has it.
    String range() {
        return "10.77.0.0/24";
    }

    /// What a command is put behind to run at this node.
    List<String> prefix(int node) {
        return List.of("ip", "netns", "exec", space(node));
    }

    /// No packet comes or goes; nobody is told.
    void cut(int node) throws IOException {
        in(bridge(), "link", "set", cable(node), "nomaster");
    }

    void heal(int node) throws IOException {
        in(bridge(), "link", "set", cable(node), "master", HUB);
    }

    private void in(String namespace, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("-n", namespace));
        all.addAll(List.of(arguments));
        run(all.toArray(String[]::new));
    }

    private static void run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        new ShellCommand(command).orFail();
    }

    @Override
    public void close() {
        for (String namespace : namespaces.reversed()) {
            try {
                run("netns", "delete", namespace);
            } catch (IOException | IllegalStateException e) {
                System.err.println("could not remove the network namespace " + namespace + ": " + e.getMessage());
            }
        }
        namespaces.clear();
    }
}
