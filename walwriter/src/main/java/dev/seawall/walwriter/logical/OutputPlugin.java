package dev.seawall.walwriter.logical;

import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.util.List;

/// A form in which decoded changes are told.
public enum OutputPlugin {

    /// PostgreSQL's own example, letter by letter.
    TEST_DECODING("test_decoding") {
        @Override
        public Open open(List<PluginOption> options, DecodedOutput out) {
            TestDecoding.Options read = TestDecoding.Options.of(options);
            return new Open(new TestDecoding(read, out), read.isBinary());
        }
    },

    /// A line of JSON for each message, and each transaction's beginning and end.
    SEAWALL_JSON("seawall_json") {
        @Override
        public Open open(List<PluginOption> options, DecodedOutput out) {
            return new Open(new JsonLines(JsonLines.Options.of(options), out), false);
        }
    };

    /// One that writes.
    ///
    /// @param isBinary whether what it writes is not said to be text
    public record Open(DecodedChanges changes, boolean isBinary) {}

    private final String word;

    OutputPlugin(String word) {
        this.word = word;
    }

    /// As slots name it.
    public String word() {
        return word;
    }

    /// @throws SqlException if an option is not known or makes no sense
    public abstract Open open(List<PluginOption> options, DecodedOutput out);

    /// @throws SqlException if there is none of this name
    public static OutputPlugin named(String name) {
        for (OutputPlugin plugin : values()) {
            if (plugin.word.equals(name)) {
                return plugin;
            }
        }
        throw SqlException.error(SqlState.UNDEFINED_FILE, "could not access file \"" + name
                + "\": No such file or directory"
                + "\nHINT: Output plug-ins are part of Seawall: there are test_decoding and seawall_json.");
    }
}
