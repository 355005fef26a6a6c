use axum::extract::rejection::QueryRejection;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::provider::scale::refusal::Refusal;
use axum::http::StatusCode;

const DEFAULT: usize = 50;
const LARGEST: usize = 100;

/// One page of `all`, the newest first, and the cursor of the next one. A cursor names the last item that was shown, so
/// that nothing is skipped or shown twice when more are made meanwhile.
pub(super) fn page<'a, T>(
    all: impl DoubleEndedIterator<Item = &'a T>,
    id: impl Fn(&T) -> &str,
    cursor: Option<&str>,
    limit: Option<usize>,
) -> Result<(Vec<&'a T>, Option<String>), Refusal> {
    let mut rest = all.rev().peekable();
    if let Some(cursor) = cursor {
        let last = decoded(cursor).ok_or(BAD_CURSOR)?;
        rest.find(|item| id(item) == last).ok_or(BAD_CURSOR)?;
    }
    let items: Vec<_> = rest.by_ref().take(limit.unwrap_or(DEFAULT).clamp(1, LARGEST)).collect();
    let next = rest.peek().and_then(|_| items.last()).map(|last| BASE64_URL_SAFE_NO_PAD.encode(id(last)));
    Ok((items, next))
}

fn decoded(cursor: &str) -> Option<String> {
    String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()
}

const BAD_CURSOR: Refusal = Refusal::new(StatusCode::BAD_REQUEST, "cursor leads nowhere");

pub(super) fn bad_query(_: QueryRejection) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "A query parameter has a value that is not allowed")
}
