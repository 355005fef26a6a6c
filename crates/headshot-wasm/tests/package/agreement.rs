use std::{cell::RefCell, collections::BTreeMap};

use proptest::{prelude::*, test_runner::TestError};

use crate::{
    case::{code_in, disagreement, disagreement_with, native_verdict, written},
    deliveries::delivery,
    runner, vector,
};

/// A few seconds of them.
const CASES: u32 = 4000;

#[test]
fn the_package_and_the_crate_agree_on_any_delivery() {
    let way = [0_usize..4, 0..4];
    let codes = RefCell::new(BTreeMap::<String, u32>::new());
    let outcome = runner(CASES).run(&(delivery(), way), |(vector, way)| {
        let verdict = native_verdict(&vector);
        *codes.borrow_mut().entry(code_in(&verdict).to_owned()).or_default() += 1;
        disagreement_with(&verdict, &vector, way).map_or(Ok(()), |difference| Err(TestCaseError::fail(difference)))
    });
    match outcome {
        // Its own way of printing the case is of no use in a file of vectors.
        Err(TestError::Fail(reason, _)) => panic!("{reason}"),
        outcome => outcome.unwrap(),
    }
    // So that nobody makes generator or package refuse nearly everything, and takes that for agreement.
    let codes = codes.into_inner();
    let (genuine, all) = (codes.get("genuine").copied().unwrap_or_default(), codes.values().sum::<u32>());
    assert!(all < CASES || (genuine > all / 10 && codes.len() > 30), "{genuine} of {all} are genuine: {codes:?}");
}

#[test]
fn the_package_and_the_crate_agree_on_the_messages_for_every_shared_vector() {
    for vector in vector::all() {
        assert_eq!(disagreement(&vector, [0, 0]), None, "{}", vector.name);
    }
}

#[test]
fn a_wrong_verdict_would_be_seen() {
    let vector = vector::all().next().unwrap();
    let question = format!(r#"{{"vector":{},"way":[0,0],"verdict":{{"refused":{{}}}}}}"#, written(&vector));
    assert!(crate::node::answer(&question).is_object());
}
