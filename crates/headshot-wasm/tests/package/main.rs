//! The packed npm package, run by Node, says of every delivery what the Rust crate says.
//!
//! The cases are made here, from a fixed seed. `PROPTEST_RNG_SEED` sets another one, and `PROPTEST_CASES` how many cases
//! there are. A disagreement is made as small as possible and printed as it would stand among the shared vectors.

mod agreement;
mod case;
mod deliveries;
mod mutation;
mod node;
mod settings;
mod signing;
#[path = "../../../headshot-verify/tests/support/vector.rs"]
#[expect(dead_code, reason = "the shared vectors have tests of their own")]
mod vector;
mod wycheproof;

use proptest::test_runner::{Config, RngSeed, TestRunner};

/// The seed unless another is set.
const SEED: u64 = 0x6865_6164_7368_6f74;

/// Runs as many cases as asked for.
fn runner(usual_cases: u32) -> TestRunner {
    node::start();
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = usual_cases;
    }
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(SEED);
    }
    TestRunner::new(config)
}
