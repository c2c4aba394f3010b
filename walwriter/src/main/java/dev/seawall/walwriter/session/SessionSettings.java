package dev.seawall.walwriter.session;

import dev.seawall.settings.LiveSettings;
import dev.seawall.settings.Setting;
import dev.seawall.settings.SettingCatalog;
import dev.seawall.settings.Settings;
import dev.seawall.walwriter.query.SessionSetting;
import dev.seawall.walwriter.wire.MessageOutput;
import dev.seawall.walwriter.wire.Replies;
import dev.seawall.walwriter.wire.SqlException;
import dev.seawall.walwriter.wire.SqlState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The settings as one session sees them: the server's, and what it has set itself, which a
/// transaction that fails takes back.
///
/// One thread at a time.
final class SessionSettings {

    /// A setting as SHOW ALL tells it.
    record Shown(String name, String value, String summary) {}

    private static final RuntimeParameter READ_ONLY =
            Objects.requireNonNull(RuntimeParameter.find("transaction_read_only"));

    private final LiveSettings live;
    private final BooleanSupplier isInRecovery;
    /// Values of this session, by name: those it logged in with are what RESET goes back to.
    private final Map<RuntimeParameter, String> atLogin = new HashMap<>();
    private final Map<RuntimeParameter, String> ofSession = new HashMap<>();
    private final Map<RuntimeParameter, String> ofTransaction = new HashMap<>();
    /// What the session's values were when the transaction began; null outside one, or if nothing was set.
    private @Nullable Map<RuntimeParameter, String> before;
    private final Map<String, String> told = new HashMap<>();
    private int version;

    /// @param isInRecovery whether the server is a standby now: nothing can be written then
    SessionSettings(LiveSettings live, BooleanSupplier isInRecovery) {
        this.live = live;
        this.isInRecovery = isInRecovery;
    }

    /// What is only told, of this session.
    void tell(String name, String value) {
        told.put(name, value);
    }

    /// A value from the startup packet.
    void login(String name, String value) {
        RuntimeParameter setting = settable(name);
        String canonical = setting.canonical(value);
        atLogin.put(setting, canonical);
        ofSession.put(setting, canonical);
        version++;
    }

    /// @throws SqlException if there is no such setting
    String get(String name) {
        RuntimeParameter setting = RuntimeParameter.find(name);
        if (setting != null) {
            return value(setting);
        }
        Setting<?> server = SettingCatalog.find(name).orElseThrow(() -> unknown(name));
        return live.current().entry(server).text();
    }

    private String value(RuntimeParameter setting) {
        if (setting == READ_ONLY && isInRecovery.getAsBoolean()) {
            return "on";
        }
        if (setting.isFixed()) {
            return told.getOrDefault(setting.name(), setting.byDefault());
        }
        String value = ofTransaction.get(setting);
        if (value == null) {
            value = ofSession.get(setting);
        }
        if (value == null && setting.name().startsWith("transaction_")) {
            // What SHOW tells of a transaction that has not said otherwise, or of none.
            return get("default_" + setting.name());
        }
        return value != null ? value : serverValue(setting);
    }

    private String serverValue(RuntimeParameter setting) {
        Optional<Setting<?>> server = SettingCatalog.find(setting.name());
        return server.isEmpty() ? setting.byDefault() : live.current().entry(server.get()).text();
    }

    /// The value of a setting of seawall.conf that a session may have its own of.
    <T> T get(Setting<T> setting) {
        RuntimeParameter own = RuntimeParameter.find(setting.name());
        String value = own == null ? null : ofTransaction.getOrDefault(own, ofSession.get(own));
        return value == null ? live.get(setting) : setting.type().parse(value);
    }

    /// @param isInBlock whether a transaction is open, which may say otherwise than the session
    boolean isReadOnly(boolean isInBlock) {
        if (isInRecovery.getAsBoolean()) {
            return true;
        }
        if (ofTransaction.isEmpty() && ofSession.isEmpty()) {
            return false;
        }
        RuntimeParameter own = READ_ONLY;
        String local = isInBlock ? ofTransaction.get(own) : null;
        return (local != null ? local : get("default_transaction_read_only")).equals("on");
    }

    /// @param value     null for the default
    /// @param isLocal   until the transaction's end
    /// @param isInBlock whether a transaction is open that may still take it back
    void set(String name, @Nullable String value, boolean isLocal, boolean isInBlock) {
        RuntimeParameter setting = settable(name);
        String canonical = value == null ? null : setting.canonical(value);
        if (setting == READ_ONLY && "off".equals(canonical) && isInRecovery.getAsBoolean()) {
            throw SqlException.error(SqlState.FEATURE_NOT_SUPPORTED,
                    "cannot set transaction read-write mode during recovery");
        }
        version++;
        if (isInBlock && before == null) {
            before = new HashMap<>(ofSession);
        }
        if (isLocal) {
            ofTransaction.put(setting, canonical == null ? defaultOf(setting) : canonical);
            return;
        }
        ofTransaction.remove(setting);
        if (canonical != null) {
            ofSession.put(setting, canonical);
        } else if (atLogin.containsKey(setting)) {
            ofSession.put(setting, atLogin.get(setting));
        } else {
            ofSession.remove(setting);
        }
    }

    private String defaultOf(RuntimeParameter setting) {
        return atLogin.getOrDefault(setting, serverValue(setting));
    }

    void resetAll(boolean isInBlock) {
        for (RuntimeParameter setting : List.copyOf(ofSession.keySet())) {
            set(setting.name(), null, false, isInBlock);
        }
        ofTransaction.clear();
    }

    private static RuntimeParameter settable(String name) {
        RuntimeParameter setting = RuntimeParameter.find(name);
        if (setting == null) {
            SettingCatalog.find(name).orElseThrow(() -> unknown(name));
            throw SqlException.error(SqlState.CANNOT_CHANGE_RUNTIME_PARAM, "parameter \"" + name
                    + "\" cannot be changed now\nHINT: Change it in seawall.conf, and reload or restart.");
        }
        if (setting.isFixed()) {
            throw SqlException.error(SqlState.CANNOT_CHANGE_RUNTIME_PARAM,
                    "parameter \"" + setting.name() + "\" cannot be changed");
        }
        return setting;
    }

    private static SqlException unknown(String name) {
        return SqlException.error(SqlState.UNDEFINED_OBJECT, "unrecognized configuration parameter \"" + name + "\"");
    }

    /// The transaction has ended: what was set in it stays, or goes.
    void endTransaction(boolean isCommitted) {
        if (!isCommitted && before != null) {
            ofSession.clear();
            ofSession.putAll(before);
            version++;
        }
        before = null;
        if (!ofTransaction.isEmpty()) {
            ofTransaction.clear();
            version++;
        }
    }

    /// Those that seawall.conf does not know.
    List<SessionSetting> own() {
        List<SessionSetting> own = new ArrayList<>();
        for (RuntimeParameter parameter : RuntimeParameter.all()) {
            if (SettingCatalog.find(parameter.name()).isEmpty()) {
                own.add(new SessionSetting(parameter.name(), value(parameter),
                        parameter.isFixed() ? value(parameter) : defaultOf(parameter), "string", parameter.isFixed(),
                        parameter.summary()));
            }
        }
        return own;
    }

    /// Every setting there is, by name, for SHOW ALL.
    List<Shown> all() {
        List<Shown> all = new ArrayList<>();
        for (RuntimeParameter parameter : RuntimeParameter.all()) {
            all.add(new Shown(parameter.name(), value(parameter), parameter.summary()));
        }
        for (Setting<?> setting : SettingCatalog.ALL) {
            if (RuntimeParameter.find(setting.name()) == null) {
                all.add(new Shown(setting.name(), live.current().entry(setting).text(), setting.summary()));
            }
        }
        all.sort((a, b) -> a.name().compareToIgnoreCase(b.name()));
        return all;
    }

    /// What a client must be told of has changed since it was told last.
    final class Reports {

        private final Map<String, String> last = new HashMap<>();
        private int toldVersion = -1;

        /// Tells what changed; at the first call, everything.
        void send(MessageOutput out) throws IOException {
            if (toldVersion == version) {
                return;
            }
            toldVersion = version;
            for (RuntimeParameter setting : RuntimeParameter.all()) {
                if (setting.isReported()) {
                    String value = value(setting);
                    if (!value.equals(last.put(setting.name(), value))) {
                        Replies.parameterStatus(out, setting.name(), value);
                    }
                }
            }
        }
    }
}
