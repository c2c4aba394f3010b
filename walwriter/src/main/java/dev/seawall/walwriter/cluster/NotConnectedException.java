package dev.seawall.walwriter.cluster;

import java.io.IOException;

/// The process that would have to do it is not connected, or went away before it answered.
public final class NotConnectedException extends IOException {

    private static final long serialVersionUID = 1;

    public NotConnectedException(String message) {
        super(message);
    }
}
