package dev.seawall.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Finds the methods of a Java source by its indentation, which is four spaces a level everywhere
/// here: a method begins at a line that ends with a brace and has a parameter list, and ends at the
/// closing brace in the same column.
final class MethodLengths {

    /// A method's first line and how many lines it has, braces included.
    record Method(String signature, int line, int lines) {}

    private static final Pattern NO_METHOD = Pattern.compile(
            "^\\s*(if|for|while|switch|try|catch|synchronized|else|do|return|case|default|class|interface|enum|record"
                    + "|new|assert|throw|yield|\\}|@|//|\\*|\"|\\.)\\b?.*");

    private MethodLengths() {}

    static List<Method> of(List<String> source) {
        List<Method> methods = new ArrayList<>();
        for (int at = 0; at < source.size(); at++) {
            if (beginsMethod(source, at)) {
                int first = signatureStart(source, at);
                methods.add(new Method(source.get(first).strip(), first + 1, end(source, first) - first + 1));
            }
        }
        return methods;
    }

    private static boolean beginsMethod(List<String> source, int at) {
        String line = source.get(at);
        if (!line.endsWith("{") || line.contains("->") || line.contains(" = ")) {
            return false;
        }
        String first = source.get(signatureStart(source, at));
        return first.contains("(") && !NO_METHOD.matcher(first).matches() && !first.matches(".*\\b(record|class|enum)\\b.*");
    }

    /// Up over the continuation lines of a long parameter list, which are indented by eight more.
    private static int signatureStart(List<String> source, int at) {
        int first = at;
        while (first > 0 && !source.get(first).contains("(") && indent(source.get(first)) >= 8
                || first > 0 && source.get(first).strip().startsWith("throws ")) {
            first--;
        }
        return first;
    }

    private static int end(List<String> source, int first) {
        String closing = " ".repeat(indent(source.get(first))) + "}";
        for (int at = first + 1; at < source.size(); at++) {
            if (source.get(at).startsWith(closing)) {
                return at;
            }
        }
        return source.size() - 1;
    }

    private static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }
}
