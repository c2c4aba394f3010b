package dev.seawall.archiver.process;

import dev.seawall.archiver.repository.Codec;
import dev.seawall.walwriter.client.Address;
import dev.seawall.walwriter.client.Login;
import java.nio.file.Path;
import java.time.Duration;

/// What an archiver process is told.
///
/// @param cluster        the cluster's directory
/// @param repository     `archive_repository`
/// @param codec          `archive_compression` and its level
/// @param archiveTimeout `archive_timeout`; zero: segments end when they are full
/// @param walwriter      where the walwriter listens
/// @param login          as whom to connect to it: a superuser, for replication
public record ArchiverOptions(Path cluster, Path repository, Codec codec, Duration archiveTimeout, Address walwriter,
        Login login) {}
