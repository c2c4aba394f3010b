package dev.seawall.walwriter.wire;

import dev.seawall.wal.role.World;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The heap that all connections' large messages may take together: one client's must not end the
/// process for everybody.
///
/// Messages of moderate size have a part of it to themselves, so that huge ones do not hold them up.
/// Whoever finds no room waits a while; then whoever has been sending a message for longer than that
/// loses its connection, and if this makes no room either the one who waits is refused. Thread-safe.
public final class MessageMemory {

    /// A message is a buffer first, then a string or bytes of it, then a record.
    private static final int COPIES = 4;
    private static final int UNIT = 16 << 10;
    private static final int MODERATE_BYTES = 64 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final World world;
    private final long patienceNanos;
    private final Part moderate;
    private final Part large;

    /// A part of the memory, and who has taken some of it for a message that is still on its way.
    private static final class Part {
        final int units;
        final Semaphore free;
        final Set<Room> arriving = ConcurrentHashMap.newKeySet();

        Part(long bytes) {
            units = (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / UNIT));
            // Fair: a large message must get its turn between small ones.
            free = new Semaphore(units, true);
        }
    }

    /// Room for one message, to be given back.
    final class Room {
        private final Part part;
        private final int units;
        private final long since = world.nanoTime();
        private final Runnable cutOff;

        private Room(Part part, int units, Runnable cutOff) {
            this.part = part;
            this.units = units;
            this.cutOff = cutOff;
        }

        /// The message is here as a whole: from now on what is done with it is the server's own affair.
        void arrived() {
            part.arriving.remove(this);
        }

        void giveBack() {
            part.arriving.remove(this);
            part.free.release(units);
        }
    }

    /// @param heapBytes for messages and what is made of them
    public MessageMemory(long heapBytes, World world) {
        this(heapBytes, world, PATIENCE);
    }

    MessageMemory(long heapBytes, World world, Duration patience) {
        this.world = world;
        this.patienceNanos = patience.toNanos();
        this.moderate = new Part(heapBytes / 4);
        this.large = new Part(heapBytes - heapBytes / 4);
    }

    /// Takes room for a message of so many bytes that is about to come.
    ///
    /// @param cutOff ends the connection that it comes by, from any thread
    /// @throws SqlException 53200 if there is none for this one, ever or for a while
    Room take(int bytes, Runnable cutOff) {
        Part part = bytes <= MODERATE_BYTES ? moderate : large;
        long wanted = ((long) bytes * COPIES + UNIT - 1) / UNIT;
        if (wanted > part.units) {
            throw SqlException.fatal(SqlState.OUT_OF_MEMORY, "out of memory: a message of " + bytes
                    + " bytes needs more than the " + (long) part.units * UNIT / COPIES
                    + " that there is for one\nHINT: Give the walwriter a larger heap, or send less at once.");
        }
        int units = (int) wanted;
        if (!acquire(part, units)) {
            cutOffSlow(part);
            if (!acquire(part, units)) {
                throw SqlException.fatal(SqlState.OUT_OF_MEMORY,
                        "out of memory: other connections' large messages take it all");
            }
        }
        Room room = new Room(part, units, cutOff);
        part.arriving.add(room);
        return room;
    }

    private boolean acquire(Part part, int units) {
        try {
            return part.free.tryAcquire(units, patienceNanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Who announces much and sends it by drops, or never, must not keep others from sending at all.
    private void cutOffSlow(Part part) {
        long now = world.nanoTime();
        for (Room room : part.arriving) {
            if (now - room.since >= patienceNanos) {
                room.cutOff.run();
            }
        }
    }
}
