package dev.seawall.walwriter.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.security.cert.X509Certificate;
import java.util.concurrent.locks.ReentrantLock;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/// TLS over a blocking channel: [#handshake] first, then plain bytes both ways.
///
/// One thread may read while another writes. The handshake is bounded in bytes here, in time by the
/// caller, who closes the channel underneath; whoever must not wait at all closes that one too, since
/// [#close] says goodbye to the peer first. Renegotiation is refused. Memory of a connection that
/// waits is small: full-size buffers exist only while they hold something.
public final class TlsChannel implements ByteChannel {

    /* Reading: raw bytes gather in netIn; unwrap puts plain ones straight into the caller's buffer if
     * the record fits, else into plain, which is handed out first. Writing: wrap into a buffer of the
     * call's own, under the lock writing. Unwrap may leave something to be sent (the answer to a key
     * update): the reader sends it if nobody writes; otherwise the next wrap does. */

    private static final int USUAL_BYTES = 4096;
    private static final int MOST_HANDSHAKE_BYTES = 256 << 10;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ByteChannel channel;
    private final SSLEngine engine;
    private final ReentrantLock writing = new ReentrantLock();
    private ByteBuffer netIn = ByteBuffer.allocate(USUAL_BYTES).limit(0);
    private ByteBuffer plain = NOTHING;
    private int handshakeBytes;
    private boolean isHandshakeDone;

    private TlsChannel(ByteChannel channel, SSLEngine engine) {
        this.channel = channel;
        this.engine = engine;
    }

    public static TlsChannel server(ByteChannel channel, ServerTls tls) {
        return new TlsChannel(channel, tls.engine());
    }

    /// @param host as the caller named the server
    public static TlsChannel client(ByteChannel channel, ClientTls tls, String host) {
        return new TlsChannel(channel, tls.engine(host));
    }

    /// Agrees with the peer on keys, and on who is who.
    ///
    /// @throws SSLException if the peer does not speak TLS, or is not believed
    public void handshake() throws IOException {
        try {
            engine.beginHandshake();
            HandshakeStatus status = engine.getHandshakeStatus();
            while (true) {
                switch (status) {
                    case FINISHED, NOT_HANDSHAKING -> {
                        isHandshakeDone = true;
                        return;
                    }
                    case NEED_TASK -> status = runTasks();
                    case NEED_WRAP -> status = send(NOTHING).getHandshakeStatus();
                    case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> status = receiveInHandshake();
                }
            }
        } catch (IOException e) {
            sayWhy();
            throw e;
        } catch (RuntimeException e) {
            sayWhy();
            throw failed(e);
        }
    }

    /// Nothing that a peer sends may be more than an error of its own connection.
    private static SSLException failed(RuntimeException cause) {
        return new SSLException("TLS failed: " + cause, cause);
    }

    private HandshakeStatus runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
        return engine.getHandshakeStatus();
    }

    private HandshakeStatus receiveInHandshake() throws IOException {
        SSLEngineResult result = unwrap(plainRoom());
        if (result == null || result.getStatus() == Status.CLOSED) {
            throw new SSLException("the peer ended the connection during the TLS handshake");
        }
        return result.getHandshakeStatus();
    }

    /// A peer may send data with its last handshake message.
    private ByteBuffer plainRoom() {
        if (plain.capacity() == 0) {
            plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        } else {
            plain.compact();
        }
        return plain;
    }

    /// Unwraps one record, reading until there is one.
    ///
    /// @param into empty, or with room behind its position; `plain` is left ready to be read
    /// @return null if the peer ended the connection
    private @Nullable SSLEngineResult unwrap(ByteBuffer into) throws IOException {
        try {
            while (true) {
                SSLEngineResult result = unwrapOnce(into);
                if (result.getStatus() != Status.BUFFER_UNDERFLOW) {
                    return result;
                }
                if (!receive()) {
                    return null;
                }
            }
        } finally {
            if (into == plain) {
                plain.flip();
            }
        }
    }

    private SSLEngineResult unwrapOnce(ByteBuffer into) throws SSLException {
        try {
            return engine.unwrap(netIn, into);
        } catch (RuntimeException e) {
            throw failed(e);
        }
    }

    /// Reads more raw bytes.
    ///
    /// @return false if there are no more
    private boolean receive() throws IOException {
        if (!netIn.hasRemaining() && netIn.capacity() > USUAL_BYTES) {
            netIn = ByteBuffer.allocate(USUAL_BYTES).limit(0);
        }
        int most = engine.getSession().getPacketBufferSize();
        boolean isFull = netIn.remaining() == netIn.capacity();
        if (isFull && netIn.capacity() >= most) {
            throw new SSLException("a TLS record is larger than " + most + " bytes");
        }
        if (isFull) {
            netIn = ByteBuffer.allocate(most).put(netIn);
        } else {
            netIn.compact();
        }
        try {
            int read = channel.read(netIn);
            if (!isHandshakeDone && read > 0) {
                handshakeBytes += read;
                if (handshakeBytes > MOST_HANDSHAKE_BYTES) {
                    throw new SSLException("a TLS handshake of more than " + MOST_HANDSHAKE_BYTES + " bytes");
                }
            }
            return read >= 0;
        } finally {
            netIn.flip();
        }
    }

    /// Wraps one record of `from` and sends it.
    private SSLEngineResult send(ByteBuffer from) throws IOException {
        writing.lock();
        try {
            ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            SSLEngineResult result = engine.wrap(from, record);
            if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                // The session has just been agreed on, and has larger records.
                record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
                result = engine.wrap(from, record);
            }
            record.flip();
            while (record.hasRemaining()) {
                channel.write(record);
            }
            return result;
        } catch (RuntimeException e) {
            throw failed(e);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (plain.hasRemaining()) {
                return handOut(into);
            }
            plain = NOTHING;
            int before = into.position();
            SSLEngineResult result = unwrap(into);
            if (result != null && result.getStatus() == Status.BUFFER_OVERFLOW) {
                // The record is larger than what the caller has room for, or will be once it is here as a whole.
                result = unwrap(plainRoom());
            }
            if (result == null || result.getStatus() == Status.CLOSED) {
                return -1;
            }
            if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                throw new SSLException("a TLS record is larger than was agreed on");
            }
            afterRecord(result.getHandshakeStatus());
            if (into.position() > before) {
                return into.position() - before;
            }
        }
        return 0;
    }

    private int handOut(ByteBuffer into) {
        int count = Math.min(into.remaining(), plain.remaining());
        into.put(plain.slice(plain.position(), count));
        plain.position(plain.position() + count);
        return count;
    }

    /// What the peer wants besides data.
    private void afterRecord(HandshakeStatus status) throws IOException {
        switch (status) {
            case NEED_TASK -> {
                // In TLS 1.2, a new handshake; it would let a peer make us compute at will.
                sayWhy();
                throw new SSLException("TLS renegotiation is refused");
            }
            case NEED_WRAP -> {
                if (writing.tryLock()) {
                    try {
                        send(NOTHING);
                    } finally {
                        writing.unlock();
                    }
                }
            }
            case FINISHED, NOT_HANDSHAKING, NEED_UNWRAP, NEED_UNWRAP_AGAIN -> { }
        }
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int before = from.position();
        while (from.hasRemaining()) {
            if (send(from).getStatus() == Status.CLOSED) {
                throw new ClosedChannelException();
            }
        }
        return from.position() - before;
    }

    /// The common name in the peer's certificate, which was verified; null if it showed none.
    ///
    /// @throws SSLException if the certificate has a name that can't be believed
    public @Nullable String peerCommonName() throws SSLException {
        X509Certificate certificate;
        try {
            certificate = (X509Certificate) engine.getSession().getPeerCertificates()[0];
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
        try {
            // The first, as the certificate has them; RFC 2253 turns the order round, and this back.
            for (Rdn name : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (name.getType().equalsIgnoreCase("CN")) {
                    String text = name.getValue().toString();
                    if (text.indexOf('\0') >= 0) {
                        throw new SSLException("the certificate's common name contains a zero byte");
                    }
                    return text;
                }
            }
            return null;
        } catch (InvalidNameException e) {
            throw new SSLException("the certificate's subject can't be read", e);
        }
    }

    /// `TLSv1.3`, ...
    public String protocol() {
        return engine.getSession().getProtocol();
    }

    /// As the JDK calls it.
    public String cipher() {
        return engine.getSession().getCipherSuite();
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    /// Says goodbye (close_notify), unless another thread is writing, and closes the channel.
    @Override
    public void close() throws IOException {
        try {
            sayWhy();
        } finally {
            channel.close();
        }
    }

    /// Sends what the engine has to say at the end: an alert, or close_notify.
    private void sayWhy() {
        if (!channel.isOpen() || !writing.tryLock()) {
            return;
        }
        try {
            engine.closeOutbound();
            while (!engine.isOutboundDone() && send(NOTHING).bytesProduced() > 0) {
                // Till all is said.
            }
        } catch (IOException e) {
            // The peer has gone, or we failed before: then it learns it from the connection's end.
        } finally {
            writing.unlock();
        }
    }
}
