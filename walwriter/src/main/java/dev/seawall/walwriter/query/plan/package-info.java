/// From a SELECT's text to its rows.
///
/// Reading order: [dev.seawall.walwriter.query.plan.SelectPlan], all of it; `SelectShape`, its clauses;
/// `Planner`, names and types looked up; `FunctionChoice`, which of a name's functions is meant;
/// `Conversion`, values of one type as values of another; `Comparison`, conditions;
/// `ParameterTypes`, what is found out of parameters;
/// `Scope`, which columns there are; `Node`, values ready to be computed,
/// `RecordText`, several in one.
///
/// Invariant: a statement is understood as a whole before any of it has an effect; a plan never changes.
///
/// Must not know: which functions and views there are; the protocol's messages.
@NullMarked
package dev.seawall.walwriter.query.plan;

import org.jspecify.annotations.NullMarked;
