/// What all commands share; each command has a package of its own below.
///
/// Reading order: [dev.seawall.tools.Program], which runs a command and turns what it returns or
/// throws into an exit code; [dev.seawall.tools.ExitCode], all of them;
/// [dev.seawall.tools.ExitCodeException], to end with one of them and a message;
/// [dev.seawall.tools.Json], for `--json`; [dev.seawall.tools.Progress], how far a long piece of
/// work has come; [dev.seawall.tools.Quantity], sizes and times for people;
/// [dev.seawall.tools.Directories], scratch directories; [dev.seawall.tools.Cleanup], what is undone
/// at the end, whichever it is; [dev.seawall.tools.ClusterOptions], the options `-D` and `-c`;
/// [dev.seawall.tools.WalLink], a log on another disk than the data.
///
/// Invariant: results go to standard output, everything else to standard error; only a main exits
/// the process.
@NullMarked
package dev.seawall.tools;

import org.jspecify.annotations.NullMarked;
