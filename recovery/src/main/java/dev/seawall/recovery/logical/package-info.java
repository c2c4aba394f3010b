/// Logical decoding by the redo loop: a decoder is redo with one observer, who passes messages on.
///
/// Reading order: [dev.seawall.recovery.logical.RedoDecoding], how a decoder is made; `RedoDecoder`, one;
/// `MessageObserver`, its place in redo.
///
/// Invariant: what a decoder tells is what redo hands to resource managers, and when it does: there is no
/// second path. A decoder changes nothing but its own files of held transactions.
///
/// Must not know: output plug-ins, slots, connections.
@NullMarked
package dev.seawall.recovery.logical;

import org.jspecify.annotations.NullMarked;
