use super::fault::Fault;

/// What comes of a signed URL: `refusal` is what `npm/src/frame.js` says, which decides for the element and for the
/// component alike. Nothing for a link that may be shown, an empty text for no https address, a foreign origin else.
pub(crate) fn admit(link: String, refusal: Option<String>) -> Result<String, Fault> {
    match refusal {
        None => Ok(link),
        Some(origin) if origin.is_empty() => Err(Fault::LinkMalformed),
        Some(origin) => Err(Fault::LinkForeign(origin)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_is_wrong_with_the_link() {
        assert_eq!(admit("https://a.test/1".into(), None), Ok("https://a.test/1".into()));
        assert_eq!(admit("a".into(), Some(String::new())), Err(Fault::LinkMalformed));
        let foreign = "https://b.test".to_owned();
        assert_eq!(admit("https://b.test/1".into(), Some(foreign.clone())), Err(Fault::LinkForeign(foreign)));
    }
}
