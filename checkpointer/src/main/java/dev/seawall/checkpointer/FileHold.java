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

    /// @throws IllegalStateException if somebody else copies
    synchronized void want() {
        if (state != State.FREE) {
            throw new IllegalStateException("the data files are held for a copy already"
                    + "\nHINT: End the backup that is under way first.");
        }
        state = State.WANTED;
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
