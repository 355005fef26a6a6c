use std::{cell::Cell, collections::BTreeMap};

use headshot_verify::{UnixSeconds, Unsigned};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    case::{disagreement_with, native_verdict, refusal, written},
    deliveries::{Sending, sending},
    node, runner,
    vector::{Endpoint, Vector},
};

const CASES: u32 = 1000;

#[test]
fn the_package_signs_as_the_crate_does_and_verifies_what_it_signed() {
    let (tried, signed) = (Cell::new(0), Cell::new(0));
    let outcome = runner(CASES).run(&sending(), |sending| {
        let (by_package, by_crate) = (signed_by_package(&sending), signed_by_crate(&sending));
        prop_assert_eq!(&by_package, &by_crate);
        tried.update(|tried| tried + 1);
        let Some(headers) = by_package["headers"].as_object() else { return Ok(()) };
        signed.update(|signed| signed + 1);
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().as_bytes().to_vec()));
        let vector = Vector { headers: headers.collect(), ..sending.vector };
        let verdict = native_verdict(&vector);
        prop_assert!(verdict.starts_with(r#"{"accepted""#) || verdict.contains("body_not_object"), "{}", verdict);
        prop_assert_eq!(disagreement_with(&verdict, &vector, [0, 0]), None);
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    assert!(tried.get() < CASES || signed.get() > CASES / 2, "only {} of {} can be signed", signed.get(), tried.get());
}

fn signed_by_package(sending: &Sending) -> Value {
    node::answer(&json!({"sign": written(&sending.vector), "id": sending.id}).to_string())
}

fn signed_by_crate(sending: &Sending) -> Value {
    let Sending { vector, id } = sending;
    // JavaScript takes an empty id for none.
    let id = Some(id.as_str()).filter(|id| !id.is_empty());
    let unsigned = Unsigned { body: &vector.body, at: UnixSeconds::new(vector.now), id };
    match Endpoint::of(vector).and_then(|endpoint| endpoint.sign(&unsigned)) {
        Ok(headers) => json!({"headers": headers.into_iter().collect::<BTreeMap<_, _>>()}),
        Err(refused) => json!({"refused": refusal(&refused)}),
    }
}
