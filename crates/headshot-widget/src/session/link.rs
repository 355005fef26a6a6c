use super::fault::Fault;

/// A web address as the browser's own parser took it apart, so that our checks and the frame see the same address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) href: String,
    pub(crate) protocol: String,
    pub(crate) hostname: String,
    pub(crate) origin: String,
}

/// Checks that the signed URL may be shown in a frame: https (or this machine), and one of the provider's origins.
pub(crate) fn admit(link: Option<&Address>, frame_origins: &[String]) -> Result<String, Fault> {
    let link = link.filter(|link| is_trustworthy(link)).ok_or(Fault::LinkMalformed)?;
    if !frame_origins.contains(&link.origin) {
        return Err(Fault::LinkForeign(link.origin.clone()));
    }
    Ok(link.href.clone())
}

/// The frame's `allow` attribute. `'src'` alone would lose the camera at the provider's first redirect to another origin.
pub(crate) fn allow_attribute(frame_origins: &[String]) -> String {
    ["camera 'src' ", &frame_origins.join(" ")].concat().trim_end().to_owned()
}

/// Whether a Content-Security-Policy violation on the page is about our frame.
pub(crate) fn concerns_frame(directive: &str, blocked: Option<&Address>, frame_origins: &[String]) -> bool {
    matches!(directive, "frame-src" | "child-src" | "default-src")
        && blocked.is_some_and(|blocked| frame_origins.contains(&blocked.origin))
}

fn is_trustworthy(link: &Address) -> bool {
    link.protocol == "https:" || (link.protocol == "http:" && is_loopback(&link.hostname))
}

fn is_loopback(hostname: &str) -> bool {
    matches!(hostname, "localhost" | "127.0.0.1" | "[::1]") || hostname.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(protocol: &str, hostname: &str) -> Address {
        let origin = format!("{protocol}//{hostname}");
        Address { href: format!("{origin}/a"), protocol: protocol.into(), hostname: hostname.into(), origin }
    }

    #[test]
    fn admits_https_on_a_frame_origin() {
        let link = address("https:", "studio.test");
        assert_eq!(admit(Some(&link), &["https://studio.test".into()]), Ok(link.href));
    }

    #[test]
    fn admits_http_on_this_machine_only() {
        for (hostname, admitted) in [("localhost", true), ("127.0.0.1", true), ("[::1]", true), ("studio.test", false)]
        {
            let link = address("http:", hostname);
            assert_eq!(admit(Some(&link), std::slice::from_ref(&link.origin)).is_ok(), admitted, "{hostname}");
        }
    }

    #[test]
    fn refuses_what_is_no_web_address() {
        let script = address("javascript:", "alert(1)");
        assert_eq!(admit(Some(&script), std::slice::from_ref(&script.origin)), Err(Fault::LinkMalformed));
        assert_eq!(admit(None, &[]), Err(Fault::LinkMalformed));
    }

    #[test]
    fn refuses_an_origin_that_only_looks_like_the_providers() {
        let link = address("https:", "studio.test.attacker.test");
        assert_eq!(
            admit(Some(&link), &["https://studio.test".into()]),
            Err(Fault::LinkForeign("https://studio.test.attacker.test".into()))
        );
    }

    #[test]
    fn delegates_the_camera_to_every_origin_on_the_way() {
        let origins = ["https://a.test".to_owned(), "https://b.test".to_owned()];
        assert_eq!(allow_attribute(&origins), "camera 'src' https://a.test https://b.test");
        assert_eq!(allow_attribute(&[]), "camera 'src'");
    }

    #[test]
    fn hears_a_violation_about_our_frame_only() {
        let origins = ["https://studio.test".to_owned()];
        let ours = address("https:", "studio.test");
        let other = address("https:", "video.test");
        assert!(concerns_frame("frame-src", Some(&ours), &origins));
        assert!(!concerns_frame("img-src", Some(&ours), &origins));
        assert!(!concerns_frame("frame-src", Some(&other), &origins));
        assert!(!concerns_frame("frame-src", None, &origins));
    }
}
