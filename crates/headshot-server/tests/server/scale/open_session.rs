use axum::http::{Method, StatusCode, header};
use headshot_api::{OpenedSession, Surface};
use serde_json::{Value, json};

use crate::common::Answer;
use crate::common::scale::{STUDIO_LINK, ScaleWorld};

fn surface(answer: &Answer) -> Option<Surface> {
    answer.json::<OpenedSession>().session.surface
}

/// Sees what the stand-in was sent by this method.
fn sent(world: &ScaleWorld, method: &Method) -> Vec<Value> {
    world.provider.calls().into_iter().filter(|call| call.method == *method).map(|call| call.body).collect()
}

#[tokio::test]
async fn makes_a_contact_and_a_studio_session_and_offers_its_link() {
    let world = ScaleWorld::with(|args| args.scale_list_ids = Some("lst_1".into())).await;
    let person = json!({
        "firstName": "Ada", "lastName": "L", "customAttributes": {"department": "R&D"}, "listIds": ["lst_2"],
        "reference": "employee 7",
    });
    let answer = world.ask_to_open(&person).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let mut session = answer.json::<Value>()["session"].clone();
    assert_eq!(session["id"].take().as_str().map(str::len), Some(36));
    assert_eq!(
        session,
        json!({
            "id": null, "provider": "scale", "state": "awaiting_user", "providerStatus": "no_submission",
            "surface": {
                "kind": "link", "url": "https://headshots.studio/s/TOKEN1", "expiresAt": "2026-01-02T04:04:05Z",
            },
            "testMode": false, "reference": "employee 7", "photos": [],
            "createdAt": "2026-01-02T03:04:05Z", "updatedAt": "2026-01-02T03:04:05Z",
        })
    );
    assert_eq!(
        world.provider.lines(),
        ["GET contacts?email=ada%40example.test&limit=100", "POST contacts", "POST studio_sessions"]
    );
    let contact = json!({
        "first_name": "Ada", "last_name": "L", "email": "ada@example.test", "studio_ids": ["stu_1"],
        "custom_attributes": {"department": "R&D"}, "list_ids": ["lst_1", "lst_2"],
    });
    assert_eq!(sent(&world, &Method::POST), [contact, json!({"studio_id": "stu_1", "contact_id": "ctn_1"})]);
    let keys = world.provider.calls().into_iter().map(|call| call.authorization);
    assert!(keys.into_iter().all(|key| key.as_deref() == Some("Bearer the-scale-key")));
}

#[tokio::test]
async fn offers_a_frame_where_the_operator_says_so() {
    let world = ScaleWorld::with(|args| args.scale_frame = "on".into()).await;
    let Some(Surface::Frame { url, origins, .. }) = world.open().await.surface else { panic!("no frame") };
    assert_eq!(
        (url.as_str(), origins.as_slice()),
        ("https://headshots.studio/s/TOKEN1", ["https://headshots.studio".to_owned()].as_slice())
    );
}

#[tokio::test]
async fn a_contact_that_is_known_is_brought_up_to_date_by_put() {
    let world = ScaleWorld::new().await;
    world.provider.add_contact(json!({
        "id": "ctn_7", "email": "Ada@Example.test", "first_name": "Ada", "studio_ids": ["stu_1"],
        "custom_attributes": {"role": "CTO"},
    }));
    let email = json!({"email": "ada@example.test"});
    world.provider.ignore_query("email");
    world.ask_to_open(&email).await;
    assert_eq!(sent(&world, &Method::PUT), [] as [Value; 0], "it holds everything already");
    world.ask_to_open(&json!({"lastName": "L", "customAttributes": {"floor": "3"}})).await;
    let whole = json!({
        "email": "Ada@Example.test", "first_name": "Ada", "last_name": "L", "studio_ids": ["stu_1"],
        "custom_attributes": {"role": "CTO", "floor": "3"},
    });
    assert_eq!(sent(&world, &Method::PUT), [whole]);
    assert_eq!(sent(&world, &Method::POST), vec![json!({"studio_id": "stu_1", "contact_id": "ctn_7"}); 2]);
}

#[tokio::test]
async fn an_update_loses_nothing_that_the_list_does_not_show() {
    let world = ScaleWorld::new().await;
    world.provider.add_contact(json!({
        "id": "ctn_7", "email": "ada@example.test", "last_name": "L", "studio_ids": ["stu_1"], "list_ids": ["lst_1"],
    }));
    let shown = json!({"id": "ctn_7", "email": "ada@example.test"});
    world.provider.answer_next(200, &[], &json!({"data": [shown]}));
    world.open().await;
    assert_eq!(sent(&world, &Method::PUT), [] as [Value; 0]);
    world.provider.answer_next(200, &[], &json!({"data": [shown]}));
    world.ask_to_open(&json!({"firstName": "Ada"})).await;
    let whole = json!({
        "email": "ada@example.test", "first_name": "Ada", "last_name": "L", "studio_ids": ["stu_1"],
        "list_ids": ["lst_1"],
    });
    assert_eq!(sent(&world, &Method::PUT), [whole]);
}

#[tokio::test]
async fn a_contact_is_found_on_the_third_page_of_a_list_that_cannot_be_narrowed() {
    let world = ScaleWorld::new().await;
    world.provider.ignore_query("email");
    world.provider.set_largest_page(2);
    for number in 1..=4 {
        world.provider.add_contact(json!({"id": format!("ctn_{number}"), "email": format!("{number}@x.test")}));
    }
    let ada = json!({"id": "ctn_5", "email": "ada@example.test", "studio_ids": ["stu_1"]});
    world.provider.add_contact(ada);
    world.open().await;
    assert_eq!(sent(&world, &Method::POST), [json!({"studio_id": "stu_1", "contact_id": "ctn_5"})]);
    assert_eq!(world.provider.lines()[2], "GET contacts?email=ada%40example.test&limit=100&cursor=4");
}

#[tokio::test]
async fn a_contact_that_somebody_made_meanwhile_is_found_at_the_second_look() {
    let world = ScaleWorld::new().await;
    world.provider.answer_next(200, &[], &json!({"data": []}));
    world.provider.answer_next(422, &[], &json!({"error": {"code": "invalid", "message": "email already taken"}}));
    world.provider.add_contact(json!({"id": "ctn_9", "email": "ada@example.test"}));
    world.open().await;
    assert_eq!(sent(&world, &Method::POST)[1]["contact_id"], "ctn_9");
}

#[tokio::test]
async fn an_address_that_the_provider_knows_and_does_not_show_is_a_conflict() {
    let world = ScaleWorld::new().await;
    world.provider.answer_next(200, &[], &json!({"data": []}));
    world.provider.answer_next(409, &[], &json!({"message": "conflict"}));
    world.ask_to_open(&json!({})).await.is_problem(409, "email_exists");
}

#[tokio::test]
async fn an_account_that_only_reads_gets_the_studios_own_link() {
    for status in [401, 403, 404, 405] {
        let world = ScaleWorld::read_only().await;
        world.provider.refuse_writes(status);
        let answer = world.ask_to_open(&json!({})).await;
        let link = Surface::Link { url: STUDIO_LINK.into(), expires_at: None };
        assert_eq!(surface(&answer), Some(link), "{status}: {}", answer.text());
        assert_eq!(world.provider.lines().len(), 2, "no write is tried after one that was refused");
    }
}

#[tokio::test]
async fn two_people_of_an_account_that_only_reads_have_a_session_each() {
    let world = ScaleWorld::read_only().await;
    assert_ne!(world.open().await.id, world.open().await.id);
}

#[tokio::test]
async fn without_a_studio_link_a_refused_write_is_told() {
    let world = ScaleWorld::new().await;
    world.provider.refuse_writes(403);
    let answer = world.ask_to_open(&json!({})).await;
    answer.is_problem(502, "provider_refused");
    assert_eq!(answer.problem().detail.as_deref(), Some("status_403"));
}

#[tokio::test]
async fn a_key_that_is_wrong_altogether_is_not_taken_for_one_that_only_reads() {
    let world = ScaleWorld::read_only().await;
    world.provider.answer_next(401, &[], &json!({"error": "bad token"}));
    world.ask_to_open(&json!({})).await.is_problem(502, "provider_refused");
}

#[tokio::test]
async fn a_write_that_fails_otherwise_is_not_taken_for_a_read_only_account_nor_repeated() {
    let world = ScaleWorld::read_only().await;
    world.provider.answer_next(200, &[], &json!({"data": []}));
    world.provider.answer_next(500, &[], &json!({"error": "oops"}));
    world.ask_to_open(&json!({})).await.is_problem(502, "provider_unreachable");
    assert_eq!(sent(&world, &Method::POST).len(), 1);
}

#[tokio::test]
async fn only_a_lost_answer_to_a_write_may_have_left_something_behind() {
    let world = ScaleWorld::new().await;
    let failure = json!({"error": "oops"});
    world.provider.answer_next(500, &[], &failure);
    let answer = world.ask_to_open(&json!({})).await;
    answer.is_problem(502, "provider_unreachable");
    assert_eq!(answer.problem().detail, None);
    world.provider.answer_next(200, &[], &json!({"data": []}));
    world.provider.answer_next(500, &[], &failure);
    let answer = world.ask_to_open(&json!({})).await;
    answer.is_problem(502, "provider_unreachable");
    assert!(answer.problem().detail.unwrap().contains("may exist"));
}

#[tokio::test]
async fn a_link_elsewhere_is_refused_and_the_setting_named() {
    let world = ScaleWorld::new().await;
    world.provider.answer_next(200, &[], &json!({"data": []}));
    world.provider.answer_next(201, &[], &json!({"id": "ctn_1"}));
    world.provider.answer_next(201, &[], &json!({"id": "ses_1", "url": "https://elsewhere.test/s"}));
    let answer = world.ask_to_open(&json!({})).await;
    answer.is_problem(502, "signed_url_refused");
    let detail = answer.problem().detail.unwrap();
    assert_eq!(detail, r#"the origin "https://elsewhere.test" is not in SCALE_LINK_ORIGINS"#);
}

#[tokio::test]
async fn an_answer_that_is_none_is_told_and_opens_nothing() {
    let wrong = [json!({"url": "https://headshots.studio/s"}), json!([]), json!("x"), json!({"data": null})];
    for answer in wrong {
        let world = ScaleWorld::new().await;
        world.provider.answer_next(200, &[], &json!({"data": []}));
        world.provider.answer_next(201, &[], &json!({"id": "ctn_1"}));
        world.provider.answer_next(201, &[], &answer);
        world.ask_to_open(&json!({})).await.is_problem(502, "provider_unreachable");
        assert_eq!(world.query::<i64>("SELECT count(*) FROM sessions"), 0, "{answer}");
    }
}

#[tokio::test]
async fn what_scale_cannot_open_a_session_with_is_named() {
    let world = ScaleWorld::new().await;
    let unknown = "is nothing that this provider knows";
    let cases = [
        (json!({"email": null}), "/email", "is missing"),
        (json!({"email": "ada"}), "/email", "is not an e-mail address"),
        (json!({"teamId": "t"}), "/teamId", unknown),
        (json!({"profileId": 7}), "/profileId", unknown),
        (json!({"testMode": true}), "/testMode", unknown),
        (json!({"customAttributes": {" ": "x"}}), "/customAttributes", "has an attribute without a name"),
        (json!({"listIds": [""]}), "/listIds", "has an id that is empty"),
    ];
    for (more, pointer, detail) in cases {
        let answer = world.ask_to_open(&more).await;
        answer.is_problem(422, "field_invalid");
        let error = &answer.problem().errors[0];
        assert_eq!((error.pointer.as_str(), error.detail.as_str()), (pointer, detail));
    }
    world.ask_to_open(&json!({"customAttributes": {"floor": 3}})).await.is_problem(400, "body_malformed");
    assert!(world.provider.calls().is_empty());
}

#[tokio::test]
async fn headshotpro_has_no_use_for_what_scale_keeps_of_a_person() {
    let world = ScaleWorld::new().await;
    for (more, pointer) in [
        (json!({"provider": "headshotpro", "customAttributes": {"a": "b"}}), "/customAttributes"),
        (json!({"provider": "headshotpro", "listIds": ["l"]}), "/listIds"),
    ] {
        let answer = world.ask_to_open(&more).await;
        answer.is_problem(422, "field_invalid");
        assert_eq!(answer.problem().errors[0].pointer, pointer);
    }
}

#[tokio::test]
async fn while_the_provider_limits_the_rate_nobody_asks_it() {
    let world = ScaleWorld::new().await;
    world.provider.answer_next(429, &[(header::RETRY_AFTER, "20")], &json!({"error": "slow down"}));
    for _ in 0..2 {
        let answer = world.ask_to_open(&json!({})).await;
        answer.is_problem(503, "provider_busy");
        assert_eq!(answer.header("retry-after"), "21");
    }
    assert_eq!(world.provider.calls().len(), 1);
    world.pass(std::time::Duration::from_secs(20)).await;
    world.open().await;
}
