use gloo_timers::callback::Timeout;
use headshot_api::Session;
use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestCache, RequestCredentials, RequestInit, Response};

use super::dom;
use crate::session::{
    fault::Fault,
    reading::{self, Record},
};

/// How long the server is asked to wait for a change.
const WAIT: &str = "wait=25";
/// When a request that waits, or one that does not, counts as lost.
const LONGEST_WAIT_MS: u32 = 40_000;
const LONGEST_ANSWER_MS: u32 = 15_000;

/// What the server is asked.
pub(super) struct Question<'a> {
    pub(super) url: &'a str,
    pub(super) token: &'a str,
    /// What is already known: the answer may be that nothing is new.
    pub(super) etag: Option<&'a str>,
    /// Whether the server may wait for a change before it answers.
    pub(super) may_wait: bool,
    /// The answer to the same question, if the page has asked it before the wasm was there.
    pub(super) early: Option<Promise>,
}

#[derive(Clone)]
pub(super) enum Answer {
    Session { session: Box<Session>, etag: Option<String> },
    NothingNew,
    Failed { fault: Fault, retry_after_s: Option<u32> },
}

/// Asks once. Aborting the controller ends it early, as a failure.
pub(super) async fn ask(mut question: Question<'_>, controller: &AbortController) -> Answer {
    let longest = if question.may_wait { LONGEST_WAIT_MS } else { LONGEST_ANSWER_MS };
    let deadline = Timeout::new(longest, {
        let controller = controller.clone();
        move || controller.abort()
    });
    let response = match question.early.take() {
        Some(early) => JsFuture::from(early).await.and_then(JsCast::dyn_into),
        None => send(&question, controller).await,
    };
    let answer = match response {
        Ok(response) => read(response).await,
        Err(_) => failed(Fault::ServerUnreachable),
    };
    drop(deadline);
    answer
}

async fn send(question: &Question<'_>, controller: &AbortController) -> Result<Response, JsValue> {
    let headers = Headers::new()?;
    headers.set("authorization", &["Bearer ", question.token].concat())?;
    if let Some(etag) = question.etag {
        headers.set("if-none-match", etag)?;
        if question.may_wait {
            headers.set("prefer", WAIT)?;
        }
    }
    let init = RequestInit::new();
    init.set_headers(&headers);
    init.set_signal(Some(&controller.signal()));
    init.set_cache(RequestCache::NoStore);
    init.set_credentials(RequestCredentials::Omit);
    JsFuture::from(dom::window().fetch_with_str_and_init(question.url, &init)).await?.dyn_into()
}

async fn read(response: Response) -> Answer {
    match response.status() {
        200 => read_session(response).await,
        304 => Answer::NothingNew,
        401 | 403 => failed(Fault::TokenRefused),
        404 => failed(Fault::SessionUnknown),
        410 => failed(Fault::SessionDeleted),
        status => {
            let retry_after_s = response.headers().get("retry-after").ok().flatten().and_then(|text| text.parse().ok());
            Answer::Failed { fault: Fault::ServerError(status), retry_after_s }
        }
    }
}

async fn read_session(response: Response) -> Answer {
    let etag = response.headers().get("etag").ok().flatten();
    match parse(&response).await {
        Some(session) => Answer::Session { session: Box::new(session), etag },
        None => failed(Fault::ServerError(200)),
    }
}

async fn parse(response: &Response) -> Option<Session> {
    let json = JsFuture::from(response.json().ok()?).await.ok()?;
    reading::session(&json)
}

impl Record for JsValue {
    fn text(&self, key: &str) -> Option<String> {
        field(self, key)?.as_string()
    }

    fn flag(&self, key: &str) -> bool {
        field(self, key).is_some_and(|value| value.is_truthy())
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "such a cast saturates")]
    fn number(&self, key: &str) -> Option<u32> {
        field(self, key)?.as_f64().map(|number| number as u32)
    }

    fn record(&self, key: &str) -> Option<Self> {
        field(self, key).filter(JsValue::is_object)
    }

    fn list(&self, key: &str) -> Option<Vec<Self>> {
        Some(field(self, key)?.dyn_into::<Array>().ok()?.iter().collect())
    }

    fn as_text(&self) -> Option<String> {
        self.as_string()
    }
}

fn field(json: &JsValue, key: &str) -> Option<JsValue> {
    Reflect::get(json, &key.into()).ok()
}

fn failed(fault: Fault) -> Answer {
    Answer::Failed { fault, retry_after_s: None }
}
