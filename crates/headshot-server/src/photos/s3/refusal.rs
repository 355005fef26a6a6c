//! What a storage means by an answer that is no success. Of its body only the code is read: the rest can hold what was
//! signed.

use reqwest::Response;

use crate::photos::StorageError;

/// So much of the body is looked at.
const MOST_READ: usize = 64 * 1024;

pub(super) async fn of(response: Response) -> StorageError {
    let status = response.status().as_u16();
    meaning(status, &code(response).await)
}

fn meaning(status: u16, code: &str) -> StorageError {
    let answer = if code.is_empty() { status.to_string() } else { format!("{status} {code}") };
    let refused = |why: &str| StorageError::Refused(format!("{why} (the storage answered {answer})"));
    match (status, code) {
        (_, "NoSuchBucket") => refused("there is no bucket of this name"),
        (404, _) => StorageError::Missing,
        (_, "BadDigest" | "IncompleteBody" | "OperationAborted" | "RequestTimeout" | "SlowDown")
        | (408 | 429 | 500.., _) => StorageError::Away(format!("it answered {answer}")),
        (_, "RequestTimeTooSkewed") => refused("this machine's clock is too far off"),
        (_, "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException" | "PermanentRedirect")
        | (301 | 307, _) => refused("the bucket is in another region, or at another endpoint"),
        (_, "ExpiredToken" | "InvalidAccessKeyId" | "InvalidToken" | "SignatureDoesNotMatch") => {
            refused("the credentials are not accepted")
        }
        (401 | 403, _) => refused("the credentials do not allow it"),
        _ => refused("the request was not understood"),
    }
}

/// The word in `<Code>`; empty where there is none.
async fn code(mut response: Response) -> String {
    let mut body = Vec::new();
    while body.len() < MOST_READ
        && let Ok(Some(chunk)) = response.chunk().await
    {
        body.extend_from_slice(&chunk);
    }
    word(&String::from_utf8_lossy(&body)).to_owned()
}

fn word(body: &str) -> &str {
    let code = body.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")).map_or("", |(code, _)| code);
    let is_word = code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_word { code } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_found_and_nothing_else_is_told() {
        for (body, code) in [
            ("<?xml version='1.0'?><Error><Code>NoSuchKey</Code><Message>m</Message></Error>", "NoSuchKey"),
            ("<Error><Code>a secret: 7</Code></Error>", ""),
            ("<Error><Code></Code></Error>", ""),
            ("<html>", ""),
            ("", ""),
        ] {
            assert_eq!(word(body), code);
        }
    }

    #[test]
    fn each_answer_has_its_meaning() {
        let kind = |status, code| match meaning(status, code) {
            StorageError::Missing => "missing",
            StorageError::Away(_) => "away",
            StorageError::Refused(_) => "refused",
            other => panic!("{other}"),
        };
        for (status, code, is) in [
            (404, "NoSuchKey", "missing"),
            (404, "", "missing"),
            (404, "NoSuchBucket", "refused"),
            (500, "InternalError", "away"),
            (503, "SlowDown", "away"),
            (429, "", "away"),
            (400, "BadDigest", "away"),
            (400, "RequestTimeout", "away"),
            (403, "SignatureDoesNotMatch", "refused"),
            (403, "", "refused"),
            (301, "PermanentRedirect", "refused"),
            (400, "InvalidRequest", "refused"),
        ] {
            assert_eq!(kind(status, code), is, "{status} {code}");
        }
    }
}
