/// TLS, by the JDK's SSLEngine, from PEM files.
///
/// Reading order: [dev.seawall.walwriter.tls.TlsChannel], plain bytes over an encrypted channel;
/// [dev.seawall.walwriter.tls.ServerTls] and [dev.seawall.walwriter.tls.ClientTls], who we are and whom
/// we believe; `Pem` and `PrivateKeyFile`, the files; `TlsParts`, what the JDK wants them wrapped in.
///
/// Invariant: nothing below TLS 1.2; a key that others can read is not used.
///
/// Must not know: the protocol inside, logins, settings.
@NullMarked
package dev.seawall.walwriter.tls;

import org.jspecify.annotations.NullMarked;
