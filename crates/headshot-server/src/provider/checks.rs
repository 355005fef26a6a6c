//! What several providers ask of a request to open a session.

use headshot_api::OpenSession;

const LONGEST_EMAIL: usize = 254;

/// The address that identifies the person must be there and be one.
pub(super) fn email(request: &OpenSession) -> Option<(&'static str, &'static str)> {
    match request.email.as_deref() {
        None => Some(("/email", "is missing")),
        Some(email) if !is_email(email) => Some(("/email", "is not an e-mail address")),
        Some(_) => None,
    }
}

/// Fields that the provider has no use for: whoever sends them expects something that would not happen.
pub(super) fn unused(fields: &[(&'static str, bool)]) -> Vec<(&'static str, &'static str)> {
    let is_used = fields.iter().filter(|(_, is_there)| *is_there);
    is_used.map(|(pointer, _)| (*pointer, "is nothing that this provider knows")).collect()
}

/// Only what can never be an address is refused here; the provider knows better.
fn is_email(text: &str) -> bool {
    let is_printable = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    let parts = text.rsplit_once('@');
    is_printable
        && text.len() <= LONGEST_EMAIL
        && parts.is_some_and(|(local, domain)| !local.is_empty() && !local.contains('@') && !domain.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_never_be_an_address_is_refused() {
        for email in ["ada@example.test", "a+b@x", "ä@ö.test"] {
            assert!(is_email(email), "{email}");
        }
        for text in ["", "ada", "@x.test", "ada@", "a b@x.test", "a@b@x.test", "a@x.test\n", &"a".repeat(255)] {
            assert!(!is_email(text), "{text}");
        }
    }
}
