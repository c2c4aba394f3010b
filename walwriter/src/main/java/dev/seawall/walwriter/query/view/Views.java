package dev.seawall.walwriter.query.view;

import dev.seawall.walwriter.query.View;
import java.util.List;
import java.util.stream.Stream;

/// The views there are.
public final class Views {

    public static final List<View> ALL = Stream.of(LogViews.ALL, ReplicationViews.ALL, SessionViews.ALL,
            List.of(SettingsView.VIEW)).flatMap(List::stream).toList();

    private Views() {}
}
