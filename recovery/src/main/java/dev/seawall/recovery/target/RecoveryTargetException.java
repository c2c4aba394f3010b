package dev.seawall.recovery.target;

import java.io.IOException;

/// The recovery target cannot be met from this backup and this log. Nothing was promoted; what is
/// there is not what was asked for.
public final class RecoveryTargetException extends IOException {

    private static final long serialVersionUID = 1L;

    public RecoveryTargetException(String message) {
        super(message);
    }
}
