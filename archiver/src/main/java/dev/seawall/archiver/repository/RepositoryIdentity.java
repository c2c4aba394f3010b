package dev.seawall.archiver.repository;

import dev.seawall.wal.PageLayout;
import dev.seawall.wal.WalCorruptException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whose repository it is: one cluster's, told by its system identifier.
///
/// Stored as `seawall-repository`, three lines of text. Its presence also tells a repository that is
/// empty from a directory that only should have been one, such as the mount point of a file system
/// that is not mounted:
/// ```
/// seawall repository 1
/// system identifier: 7315042236591632531
/// wal segment bytes: 16777216
/// ```
public record RepositoryIdentity(long systemId, int segmentBytes) {

    /// The key it is stored under.
    public static final String KEY = "seawall-repository";

    private static final Pattern FORM = Pattern.compile(
            "seawall repository 1\nsystem identifier: ([0-9]{1,20})\nwal segment bytes: ([0-9]{1,10})\n");

    public RepositoryIdentity {
        if (!PageLayout.isSegmentSize(segmentBytes)) {
            throw new IllegalArgumentException("segment size " + segmentBytes + " does not exist");
        }
    }

    public PageLayout layout() {
        return new PageLayout(segmentBytes);
    }

    public byte[] toBytes() {
        return ("seawall repository 1\nsystem identifier: " + Long.toUnsignedString(systemId)
                + "\nwal segment bytes: " + segmentBytes + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /// Reads what [#toBytes] made.
    ///
    /// @param place what messages call it
    public static RepositoryIdentity parse(byte[] content, String place) throws WalCorruptException {
        Matcher matcher = FORM.matcher(new String(content, StandardCharsets.US_ASCII));
        try {
            if (matcher.matches()) {
                return new RepositoryIdentity(
                        Long.parseUnsignedLong(matcher.group(1)), Integer.parseInt(matcher.group(2)));
            }
        } catch (IllegalArgumentException e) {
            // Numbers that are none of ours: said below, with the place.
        }
        throw WalCorruptException.inFile("not a repository's identity", place,
                "Restore this file: it holds the cluster's system identifier (pg_controldata shows it).");
    }

    /// Refuses another cluster's repository.
    ///
    /// @throws WrongSystemException if it is not `expected`'s
    public void require(RepositoryIdentity expected, String place) throws WrongSystemException {
        if (systemId != expected.systemId) {
            throw new WrongSystemException("repository " + place + " belongs to the cluster with system identifier "
                    + Long.toUnsignedString(systemId) + ", not to "
                    + Long.toUnsignedString(expected.systemId)
                    + "\nHINT: Give each cluster a repository of its own.");
        }
        if (segmentBytes != expected.segmentBytes) {
            throw new WrongSystemException("repository " + place + " is for segments of " + segmentBytes
                    + " bytes, not of " + expected.segmentBytes + "\nHINT: Give each cluster a repository of its own.");
        }
    }
}
