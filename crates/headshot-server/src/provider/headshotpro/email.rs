//! The provider's own way around an address that it knows already: a suffix in the local part [000].

use crate::random;

/// Longer local parts are refused by mail servers (RFC 5321).
const LONGEST_LOCAL_PART: usize = 64;

/// `ada@x.test` becomes `ada+<unique>@x.test`; a suffix that is there stays: `ada+hr@x.test`, `ada+hr-<unique>@x.test`.
/// `None` where the address has no room for it.
pub(super) fn with_suffix(email: &str) -> Option<String> {
    let (local, domain) = email.rsplit_once('@')?;
    let joint = if local.contains('+') { '-' } else { '+' };
    let local = format!("{local}{joint}{}", random::hex::<4>());
    (local.len() <= LONGEST_LOCAL_PART).then(|| format!("{local}@{domain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_a_suffix_that_differs_each_time() {
        let (first, second) = (with_suffix("ada@x.test").unwrap(), with_suffix("ada@x.test").unwrap());
        assert!(first.starts_with("ada+") && first.ends_with("@x.test"), "{first}");
        assert_ne!(first, second);
    }

    #[test]
    fn keeps_a_suffix_that_is_there() {
        let email = with_suffix("ada+hr@x.test").unwrap();
        assert!(email.starts_with("ada+hr-") && email.matches('+').count() == 1, "{email}");
    }

    #[test]
    fn gives_up_where_there_is_no_room() {
        assert_eq!(with_suffix(&format!("{}@x.test", "a".repeat(60))), None);
    }
}
