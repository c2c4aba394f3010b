package dev.seawall.tools.waldump;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The command's arguments, taken apart as C's getopt_long does: short options together (`-zq`), values attached or
/// behind (`-n5`, `-n 5`, `--limit=5`, `--limit 5`), long names cut short as far as they are told apart, options
/// among other arguments, and nothing but arguments behind `--`.
///
/// Not by picocli, as in every other command: it would be most of this one's start.
final class Arguments {

    /// Short names and long ones; a colon behind a short name: with a value; two: with one that may be attached.
    private static final String SHORT = "b B: e: f F: n: p: q r: R: s: t: w x: z::";
    private static final Map<String, String> LONG = Map.ofEntries(
            Map.entry("bkp-details", "b"), Map.entry("block", "B"), Map.entry("end", "e"), Map.entry("follow", "f"),
            Map.entry("fork", "F"), Map.entry("limit", "n"), Map.entry("path", "p"), Map.entry("quiet", "q"),
            Map.entry("rmgr", "r"), Map.entry("relation", "R"), Map.entry("start", "s"), Map.entry("timeline", "t"),
            Map.entry("fullpage", "w"), Map.entry("xid", "x"), Map.entry("stats", "z"), Map.entry("json", "json"));
    private static final String NO_VALUE = "";

    private final Map<String, List<String>> options = new HashMap<>();
    private final List<String> others = new ArrayList<>();

    private Arguments() {}

    /// @throws FatalException if an option is unknown, or lacks its value
    static Arguments parse(String... args) {
        Arguments parsed = new Arguments();
        int at = 0;
        while (at < args.length) {
            String argument = args[at++];
            if (argument.equals("--")) {
                parsed.others.addAll(List.of(args).subList(at, args.length));
                break;
            }
            String next = at < args.length ? args[at] : null;
            boolean isNextTaken = false;
            if (argument.startsWith("--")) {
                isNextTaken = parsed.takeLong(argument.substring(2), next);
            } else if (argument.startsWith("-") && argument.length() > 1) {
                isNextTaken = parsed.takeShort(argument.substring(1), next);
            } else {
                parsed.others.add(argument);
            }
            at += isNextTaken ? 1 : 0;
        }
        return parsed;
    }

    /// Whether an option takes a value, by its short name.
    private static boolean needsValue(String option) {
        return option.length() == 1 && SHORT.contains(option + ":") && !SHORT.contains(option + "::");
    }

    private boolean takeLong(String text, @Nullable String next) {
        int equals = text.indexOf('=');
        String written = equals < 0 ? text : text.substring(0, equals);
        String name = complete(written);
        String option = LONG.get(name);
        String value = equals < 0 ? NO_VALUE : text.substring(equals + 1);
        boolean isNextTaken = equals < 0 && needsValue(option);
        if (isNextTaken && next == null) {
            throw FatalException.badOption("option '--" + written + "' requires an argument");
        }
        if (equals >= 0 && !SHORT.contains(option + ":")) {
            throw FatalException.badOption("option '--" + name + "' doesn't allow an argument");
        }
        add(option, isNextTaken ? next : value);
        return isNextTaken;
    }

    private static String complete(String written) {
        if (LONG.containsKey(written)) {
            return written;
        }
        List<String> meant = LONG.keySet().stream().filter(name -> name.startsWith(written)).toList();
        if (meant.size() != 1) {
            throw FatalException.badOption(meant.isEmpty() ? "unrecognized option '--" + written + "'"
                    : "option '--" + written + "' is ambiguous");
        }
        return meant.getFirst();
    }

    private boolean takeShort(String letters, @Nullable String next) {
        for (int i = 0; i < letters.length(); i++) {
            String option = letters.substring(i, i + 1);
            if (option.equals(":") || option.equals(" ") || !SHORT.contains(option)) {
                throw FatalException.badOption("invalid option -- '" + option + "'");
            }
            if (!needsValue(option)) {
                add(option, NO_VALUE);
                continue;
            }
            String attached = letters.substring(i + 1);
            if (attached.isEmpty() && next == null) {
                throw FatalException.badOption("option requires an argument -- '" + option + "'");
            }
            add(option, attached.isEmpty() ? next : attached);
            return attached.isEmpty();
        }
        return false;
    }

    private void add(String option, @Nullable String value) {
        options.computeIfAbsent(option, _ -> new ArrayList<>()).add(String.valueOf(value));
    }

    boolean has(String option) {
        return options.containsKey(option);
    }

    /// What was said last; null if nothing was.
    @Nullable String value(String option) {
        return options.containsKey(option) ? options.get(option).getLast() : null;
    }

    List<String> values(String option) {
        return options.getOrDefault(option, List.of());
    }

    /// All that are no options.
    List<String> others() {
        return others;
    }
}
