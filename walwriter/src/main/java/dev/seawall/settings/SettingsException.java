package dev.seawall.settings;

import java.util.List;

/// The configuration is wrong. The message has every mistake with its place and a hint, so that one
/// edit mends all.
public final class SettingsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SettingsException(List<String> mistakes) {
        super(String.join("\n", mistakes));
    }
}
