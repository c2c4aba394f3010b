package dev.seawall.walwriter.auth.hba;

import java.util.List;

/// The rules for logging in are wrong. The message has every mistake with its file and line, so that
/// one edit mends all.
public final class HbaException extends RuntimeException {

    private static final long serialVersionUID = 1;

    HbaException(List<String> mistakes) {
        super(String.join("\n", mistakes));
    }
}
