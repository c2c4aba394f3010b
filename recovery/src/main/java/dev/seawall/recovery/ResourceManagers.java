package dev.seawall.recovery;

import dev.seawall.wal.Lsn;
import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.role.World;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// All who take part in redo: the page store, and the engines by their names.
///
/// Engines are opened and closed here; the page store belongs to the checkpointer, which opens it,
/// checkpoints it and closes it.
public final class ResourceManagers implements AutoCloseable {

    /// The directory under `base/` that holds a home for each engine.
    public static final String ENGINES = "engines";

    private static final Pattern NAME = Pattern.compile("[a-z0-9_]{1,63}");

    private final List<Recipient> engines;
    private final List<Recipient> all = new ArrayList<>();
    private final List<ResourceManager> opened = new ArrayList<>();

    private ResourceManagers(@Nullable ResourceManager pages, List<ResourceManager> engines) {
        this.engines = engines.stream().map(Recipient::ofMessages).toList();
        if (pages != null) {
            all.add(Recipient.ofPages(pages));
        }
        all.addAll(this.engines);
    }

    /// The page store, if there is one, and every engine that [ServiceLoader] finds.
    public static ResourceManagers load(@Nullable ResourceManager pages) {
        return of(pages, ServiceLoader.load(ResourceManager.class).stream().map(ServiceLoader.Provider::get).toList());
    }

    /// The page store, if there is one, and these engines.
    ///
    /// @throws IllegalArgumentException if a name is malformed, reserved or taken twice
    public static ResourceManagers of(@Nullable ResourceManager pages, List<ResourceManager> engines) {
        List<ResourceManager> sorted = new ArrayList<>(engines);
        sorted.sort(Comparator.comparing(ResourceManager::name));
        String last = "";
        for (ResourceManager engine : sorted) {
            check(engine);
            if (engine.name().equals(last)) {
                throw new IllegalArgumentException("two resource managers are named \"" + last + "\", one of them "
                        + engine.getClass().getName());
            }
            last = engine.name();
        }
        return new ResourceManagers(pages, sorted);
    }

    private static void check(ResourceManager engine) {
        String name = engine.name();
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("resource manager " + engine.getClass().getName() + " has the name \""
                    + name + "\"\nHINT: A name is 1 to 63 lower-case letters, digits and underscores.");
        }
        if (name.equals("seawall")) {
            // The log's own messages are seawall.watermark and seawall.relations.
            throw new IllegalArgumentException("resource manager " + engine.getClass().getName()
                    + " has the reserved name \"seawall\"");
        }
    }

    /// Adds one that is handed everything, pages and messages of any prefix: to count, to print.
    public ResourceManagers withObserver(ResourceManager observer) {
        all.add(Recipient.ofAll(observer));
        return this;
    }

    /// Adds one that is handed messages of any prefix, and no pages.
    public ResourceManagers withMessageObserver(ResourceManager observer) {
        all.add(Recipient.ofAllMessages(observer));
        return this;
    }

    /// Opens each engine with its home under `base`, which exists.
    ///
    /// @throws IOException also if an engine that has a home there is not among these: the log it needs
    ///         would be let go, and what it missed could never be made up for
    public void open(Disk disk, Path base, World world) throws IOException {
        Path homes = base.resolve(ENGINES);
        if (disk.exists(homes)) {
            requireOwners(disk, homes);
        }
        if (engines.isEmpty()) {
            return;
        }
        disk.createDirectory(homes);
        disk.syncDirectory(base);
        for (Recipient engine : engines) {
            disk.createDirectory(homes.resolve(engine.manager().name()));
        }
        disk.syncDirectory(homes);
        for (Recipient engine : engines) {
            ResourceManager manager = engine.manager();
            opened.add(manager);
            manager.open(disk, homes.resolve(manager.name()), world);
        }
    }

    private void requireOwners(Disk disk, Path homes) throws IOException {
        List<String> known = engines.stream().map(engine -> engine.manager().name()).toList();
        for (String name : disk.list(homes)) {
            if (!known.contains(name)) {
                throw new IOException("resource manager \"" + name + "\" has state in \"" + homes.resolve(name)
                        + "\", but is not there\nHINT: Put the engine on the class path, named in META-INF/services/"
                        + ResourceManager.class.getName()
                        + "; or, to give up its state for good, remove the directory.");
            }
        }
    }

    /// The engine of a class, for its host to ask and command.
    ///
    /// @throws NoSuchElementException if there is none
    public <T extends ResourceManager> T engine(Class<T> type) {
        for (Recipient engine : engines) {
            if (type.isInstance(engine.manager())) {
                return type.cast(engine.manager());
            }
        }
        throw new NoSuchElementException("no resource manager of " + type.getName()
                + "\nHINT: Name it in META-INF/services/" + ResourceManager.class.getName());
    }

    /// Everyone, in the order that transactions are handed over.
    public List<Recipient> all() {
        return List.copyOf(all);
    }

    /// Who redoes page records.
    public List<Recipient> ofPages() {
        return all.stream().filter(Recipient::redoesPages).toList();
    }

    /// Who redoes messages of a prefix.
    public List<Recipient> ofMessage(String prefix) {
        return all.stream().filter(recipient -> recipient.redoesMessage(prefix)).toList();
    }

    /// Checkpoints every engine. The page store, whose checkpoint is spread over time by its owner,
    /// is not among them.
    ///
    /// @param position how far redo had come when the checkpoint began
    /// @return the commit LSN up to which every engine's state is durable
    public Lsn checkpoint(Lsn position) throws IOException {
        Lsn durable = Lsn.MAX;
        for (Recipient engine : engines) {
            durable = Lsn.min(durable, engine.checkpoint(position));
        }
        return durable;
    }

    /// The newest commit LSN that any engine has applied.
    public Lsn applied() {
        Lsn newest = Lsn.INVALID;
        for (Recipient engine : engines) {
            newest = Lsn.max(newest, engine.manager().applied());
        }
        return newest;
    }

    /// Closes the engines in the reverse order; the first failure is thrown when all are closed.
    @Override
    public void close() throws IOException {
        IOException first = null;
        for (ResourceManager manager : opened.reversed()) {
            try {
                manager.close();
            } catch (IOException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        opened.clear();
        if (first != null) {
            throw first;
        }
    }
}
