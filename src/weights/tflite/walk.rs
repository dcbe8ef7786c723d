//! Following a graph operator by operator, each going on where the one before it ended.

use super::schema::{Graph, Operator, OperatorKind, Tensor, unfit};
use crate::error::Result;

/// A place in a graph: the tensor reached, and the operator that comes next.
pub(super) struct Walk<'a> {
    pub(super) graph: Graph<'a>,
    next: usize,
    /// The number of the tensor reached.
    pub(super) at: i32,
}

impl<'a> Walk<'a> {
    /// Stands at the graph's input.
    pub(super) fn new(graph: Graph<'a>) -> Result<Self> {
        Ok(Self { graph, next: 0, at: graph.input()? })
    }

    /// The tensor reached.
    pub(super) fn current(&self) -> Result<Tensor<'a>> {
        self.graph.tensor(self.at)
    }

    /// Takes the next operator, which must be of one of these kinds and go on from where the walk is.
    pub(super) fn take(&mut self, kinds: &[OperatorKind], layer: &str) -> Result<Operator<'a>> {
        let Some(operator) = self.graph.operator(self.next)? else {
            return Err(unfit(&format!("{kinds:?} for `{layer}`"), "the end of the file".to_string()));
        };
        if !kinds.contains(&operator.kind) {
            return Err(unfit(&format!("{kinds:?} for `{layer}`"), operator.to_string()));
        }
        // An addition may name its two inputs in either order; the importer's check of residuals compares both.
        if operator.kind != OperatorKind::Add && operator.input(0)? != self.at {
            let found = format!("{operator} elsewhere");
            return Err(unfit(&format!("`{layer}` to go on from the layer before"), found));
        }
        self.next += 1;
        self.at = operator.output()?;
        Ok(operator)
    }

    /// Passes over operators of these kinds; returns the first of another kind, which stays the next.
    pub(super) fn skip(&mut self, kinds: &[OperatorKind]) -> Result<Option<Operator<'a>>> {
        loop {
            match self.graph.operator(self.next)? {
                Some(operator) if kinds.contains(&operator.kind) => self.take(kinds, "the way through")?,
                other => return Ok(other),
            };
        }
    }
}
