package dev.seawall.tools.archiver;

import dev.seawall.archiver.repository.Codec;
import dev.seawall.tools.ExitCode;
import dev.seawall.tools.ExitCodeException;
import picocli.CommandLine.Option;

/// How stored files are compressed.
final class CompressionOptions {

    @Option(names = "--compression", paramLabel = "FORMAT", defaultValue = "zstd",
            description = "zstd, gzip or none; ${DEFAULT-VALUE} if not given.")
    private Codec.Format format = Codec.Format.ZSTD;

    @Option(names = "--level", paramLabel = "N", defaultValue = "1",
            description = "Level of compression; ${DEFAULT-VALUE} if not given.")
    private int level;

    Codec codec() {
        try {
            return new Codec(format, level);
        } catch (IllegalArgumentException e) {
            throw new ExitCodeException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }
}
