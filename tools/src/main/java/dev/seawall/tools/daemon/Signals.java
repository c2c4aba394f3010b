package dev.seawall.tools.daemon;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/// Signals of the operating system, handled in a thread of the JVM's.
final class Signals {

    // sun.misc.Signal is the only way to tell SIGTERM from SIGINT, and to have SIGHUP not end the
    // process. It is documented as here to stay (JEP 260), but javac warns of it in a way that cannot
    // be silenced: hence by reflection.
    private static final String SIGNAL = "sun.misc.Signal";
    private static final String HANDLER = "sun.misc.SignalHandler";

    private Signals() {}

    /// Has `action` called for each such signal, instead of what the JVM would do.
    ///
    /// @param name without SIG: `TERM`
    /// @return false if whoever started this process told it to ignore the signal, and so it stays
    static boolean handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName(SIGNAL);
            Class<?> handler = Class.forName(HANDLER);
            Object before = signal.getMethod("handle", signal, handler).invoke(null,
                    signal.getConstructor(String.class).newInstance(name),
                    Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, onHandle(action)));
            return !handler.getField("SIG_IGN").get(null).equals(before);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("this JVM has no " + SIGNAL, e);
        }
    }

    /// Sends this process one.
    ///
    /// @param name without SIG: `TERM`
    static void raise(String name) {
        try {
            Class<?> signal = Class.forName(SIGNAL);
            signal.getMethod("raise", signal).invoke(null, signal.getConstructor(String.class).newInstance(name));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("this JVM has no " + SIGNAL, e);
        }
    }

    private static InvocationHandler onHandle(Runnable action) {
        return (Object proxy, Method method, Object[] arguments) -> switch (method.getName()) {
            case "handle" -> {
                action.run();
                yield null;
            }
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            case "toString" -> "handler of Seawall's";
            default -> throw new AssertionError(method);
        };
    }
}
