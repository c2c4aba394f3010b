/// PostgreSQL's own programs as witnesses: they judge what we write, and write what we read.
///
/// Reading order: [dev.seawall.witness.PostgresPrograms], finding and running them;
/// [dev.seawall.witness.PostgresServer], a real server for the length of a test;
/// [dev.seawall.witness.Certificates], made by OpenSSL.
///
/// Invariant: a program that is missing fails the test, with what to install; nothing is skipped.
@NullMarked
package dev.seawall.witness;

import org.jspecify.annotations.NullMarked;
