package dev.seawall.walwriter;

import dev.seawall.wal.disk.Disk;
import dev.seawall.wal.disk.DiskFile;
import dev.seawall.wal.disk.LinuxDisk;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;

/// The real disk, and somebody who is called, in the calling thread, before each write and sync of a
/// log segment.
final class WatchedDisk {

    private WatchedDisk() {}

    static Disk of(Runnable beforeSegmentCall) {
        return wrap(Disk.class, new LinuxDisk(), (method, arguments, result) -> {
            boolean isSegment = result instanceof DiskFile && ((Path) arguments[0]).getFileName().toString()
                    .matches("[0-9A-F]{24}");
            return !isSegment ? result : wrap(DiskFile.class, (DiskFile) result, (_, _, of) -> of, beforeSegmentCall);
        }, () -> {});
    }

    private interface After {
        Object see(Method method, Object[] arguments, Object result);
    }

    private static <T> T wrap(Class<T> type, T real, After after, Runnable before) {
        Class<?>[] types = {type};
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), types, (_, method, arguments) -> {
            if (method.getName().equals("write") || method.getName().startsWith("sync")) {
                before.run();
            }
            try {
                return after.see(method, arguments, method.invoke(real, arguments));
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }
}
