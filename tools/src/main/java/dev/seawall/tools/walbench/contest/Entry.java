package dev.seawall.tools.walbench.contest;

import dev.seawall.tools.walbench.load.Engine;
import dev.seawall.tools.walbench.load.Load;
import dev.seawall.tools.walbench.load.Loads;
import dev.seawall.tools.walbench.load.Measurement;
import java.io.IOException;
import java.time.Duration;

/// A contestant, ready to be measured.
public interface Entry extends AutoCloseable {

    /// A log in this JVM.
    static Entry of(Engine engine) {
        return new Entry() {
            @Override
            public Measurement run(Load load, Duration warmUp, Duration time) throws Exception {
                return Loads.run(engine, load, warmUp, time);
            }

            @Override
            public String remark() {
                return engine.remark();
            }

            @Override
            public void close() throws IOException {
                engine.close();
            }
        };
    }

    /// Runs for `warmUp` unmeasured and then for `time`.
    Measurement run(Load load, Duration warmUp, Duration time) throws Exception;

    /// What is to be known after that; empty: nothing.
    default String remark() {
        return "";
    }

    @Override
    void close() throws IOException;
}
