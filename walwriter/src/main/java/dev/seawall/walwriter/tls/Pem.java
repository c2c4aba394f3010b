package dev.seawall.walwriter.tls;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.SmallFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// A file of blocks between `-----BEGIN LABEL-----` and `-----END LABEL-----`: RFC 7468. What stands
/// around the blocks is commentary.
final class Pem {

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /// @param isEncrypted by the old way, with headers inside the block
    record Block(String label, List<String> lines, boolean isEncrypted) {

        byte[] bytes(Path file) throws IOException {
            try {
                return Base64.getDecoder().decode(String.join("", lines));
            } catch (IllegalArgumentException e) {
                throw new IOException("file \"" + file + "\" is not sound PEM: " + e.getMessage(), e);
            }
        }
    }

    private Pem() {}

    static List<Block> read(Disk disk, Path file) throws IOException {
        return parse(SmallFile.read(disk, file), file);
    }

    static List<Block> parse(String text, Path file) throws IOException {
        List<Block> blocks = new ArrayList<>();
        String label = null;
        boolean isEncrypted = false;
        List<String> lines = new ArrayList<>();
        for (String untrimmed : text.lines().toList()) {
            String line = untrimmed.strip();
            if (label == null) {
                if (line.startsWith(BEGIN) && line.endsWith(DASHES)) {
                    label = line.substring(BEGIN.length(), Math.max(BEGIN.length(), line.length() - DASHES.length()));
                }
            } else if (line.startsWith(END)) {
                if (!line.equals(END + label + DASHES)) {
                    throw new IOException("file \"" + file + "\" is not sound PEM: a block of " + label
                            + " ends with \"" + line + "\"");
                }
                blocks.add(new Block(label, List.copyOf(lines), isEncrypted));
                label = null;
                isEncrypted = false;
                lines.clear();
            } else if (line.indexOf(':') >= 0) {
                isEncrypted |= line.startsWith("Proc-Type:") && line.contains("ENCRYPTED");
            } else {
                lines.add(line);
            }
        }
        if (label != null) {
            throw new IOException("file \"" + file + "\" is not sound PEM: its block of " + label + " has no end");
        }
        return blocks;
    }

    /// All certificates in their order; at least one.
    static List<X509Certificate> certificates(Disk disk, Path file) throws IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : read(disk, file)) {
            if (block.label().equals("CERTIFICATE") || block.label().equals("X509 CERTIFICATE")
                    || block.label().equals("TRUSTED CERTIFICATE")) {
                certificates.add(certificate(block.bytes(file), file));
            }
        }
        if (certificates.isEmpty()) {
            throw new IOException("file \"" + file + "\" has no certificate"
                    + "\nHINT: PEM is expected: a block that begins with \"-----BEGIN CERTIFICATE-----\".");
        }
        return List.copyOf(certificates);
    }

    private static X509Certificate certificate(byte[] der, Path file) throws IOException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new IOException("file \"" + file + "\" has a certificate that can't be read: " + e.getMessage(), e);
        }
    }
}
