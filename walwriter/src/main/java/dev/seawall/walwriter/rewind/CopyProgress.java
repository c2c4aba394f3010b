package dev.seawall.walwriter.rewind;

/// Told of a copy of the source's files while it is made.
public interface CopyProgress {

    /// Tells nobody.
    CopyProgress NONE = new CopyProgress() {

        @Override
        public void begins(String why) {}

        @Override
        public void received(long bytes, long total) {}
    };

    /// Said before anything is asked of the source.
    ///
    /// @param why `base/` is replaced
    void begins(String why);

    /// @param total about, without the log that comes at the end; 0 if it is not known
    void received(long bytes, long total);
}
