package dev.seawall.tools.man;

import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/// The man page of a command: what its `--help` says.
final class CommandPage {

    private final CommandSpec command;

    CommandPage(CommandLine line) {
        this.command = line.getCommandSpec();
    }

    /// `walctl-start`.
    String name() {
        return command.qualifiedName("-");
    }

    String text() {
        UsageMessageSpec usage = command.usageMessage();
        List<String> description = List.of(usage.description());
        Roff page = new Roff(name(), 1, "Seawall commands");
        page.section("NAME").line(name() + " - " + summary(description));
        page.section("SYNOPSIS").literal(List.of(synopsis().split("\n")));
        page.section("DESCRIPTION");
        description.forEach(paragraph -> {
            if (!paragraph.isBlank()) {
                page.paragraph(plain(paragraph));
            }
        });
        arguments(page);
        subcommands(page);
        page.section("EXIT STATUS");
        for (Map.Entry<String, String> code : usage.exitCodeList().entrySet()) {
            page.term(code.getKey().strip(), plain(code.getValue()));
        }
        if (usage.footer().length > 0) {
            page.section("EXAMPLES").literal(List.of(usage.footer()).stream().map(CommandPage::plain).toList());
        }
        page.section("SEE ALSO").line("seawall.conf(5)");
        return page.toString();
    }

    private String synopsis() {
        return plain(command.commandLine().getHelp().synopsis(0)).stripTrailing();
    }

    private static String summary(List<String> description) {
        String first = description.isEmpty() ? "" : plain(description.getFirst());
        int end = first.indexOf(". ");
        String sentence = end < 0 ? first : first.substring(0, end);
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    private void arguments(Roff page) {
        List<OptionSpec> options = command.options().stream().filter(option -> !option.hidden()).toList();
        List<PositionalParamSpec> positional = command.positionalParameters().stream()
                .filter(parameter -> !parameter.hidden()).toList();
        if (options.isEmpty() && positional.isEmpty()) {
            return;
        }
        page.section("OPTIONS");
        for (OptionSpec option : options) {
            String label = option.arity().max() == 0 ? "" : " " + option.paramLabel();
            page.term(String.join(", ", option.names()) + label, described(option));
        }
        for (PositionalParamSpec parameter : positional) {
            page.term(parameter.paramLabel(), described(parameter));
        }
    }

    private static String described(ArgSpec argument) {
        String text = plain(String.join(" ", argument.description()));
        String byDefault = argument.defaultValueString();
        return text.replace("${DEFAULT-VALUE}", byDefault == null ? "" : byDefault);
    }

    private void subcommands(Roff page) {
        if (command.subcommands().isEmpty()) {
            return;
        }
        page.section("COMMANDS");
        command.subcommands().forEach((name, line) -> page.term(name,
                summary(List.of(line.getCommandSpec().usageMessage().description())) + "."));
    }

    /// Without colours, with variables and `%n` resolved.
    private static String plain(String text) {
        return CommandLine.Help.Ansi.OFF.string(text.replace("%n", "\n").replace("%%", "%"));
    }
}
