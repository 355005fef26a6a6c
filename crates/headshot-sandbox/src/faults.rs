//! Things that go wrong on purpose, by chances that follow from a seed, so that a run can be repeated.

mod dealer;
mod plan;

pub(crate) use dealer::{Dealer, Subject};
pub use plan::{Fault, InvalidPlan, Plan};
