package dev.seawall.tools.testfsync.storage;

/// Something that speaks for or against keeping a log at a place.
///
/// @param text in sentences, with what to do about it
public record Finding(Level level, String text) {

    /// How much it speaks against it.
    public enum Level {
        /// Good to know.
        NOTE,
        /// Slower or less safe than need be.
        WARNING,
        /// What was acknowledged may be lost.
        DANGER
    }

    static Finding note(String text) {
        return new Finding(Level.NOTE, text);
    }

    static Finding warning(String text) {
        return new Finding(Level.WARNING, text);
    }

    static Finding danger(String text) {
        return new Finding(Level.DANGER, text);
    }
}
