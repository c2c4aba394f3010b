package dev.seawall.checkpointer;

/// Whether data files are left as they are for somebody who copies them. Thread-safe.
///
/// ```
/// FREE --want--> WANTED --begin of a checkpoint--> BEGUN --its end--> HELD
///   ^----------------------------release-----------------------------'
/// ```
final class FileHold {

    private enum State { FREE, WANTED, BEGUN, HELD }

    private State state = State.FREE;

    /// @return false if somebody else copies, or is about to
    synchronized boolean want() {
        boolean isFree = state == State.FREE;
        if (isFree) {
            state = State.WANTED;
        }
        return isFree;
    }

    static IllegalStateException held() {
        return new IllegalStateException("no checkpoint now: the data files are held for a copy"
                + "\nHINT: End the backup that is under way first.");
    }

    /// A checkpoint begins: at its end the files may be held.
    synchronized void begin() {
        if (state == State.WANTED) {
            state = State.BEGUN;
        }
    }

    /// @return whether files are to be held from now on
    synchronized boolean grant() {
        if (state == State.BEGUN) {
            state = State.HELD;
        }
        return state == State.HELD;
    }

    synchronized boolean isHeld() {
        return state == State.HELD;
    }

    synchronized void release() {
        state = State.FREE;
    }
}
