/// The most characters of a name; the server takes 200.
const LONGEST: usize = 120;

/// A name for a photo that no other photo of the session has, close to the one that its file has.
///
/// Two folders of a camera both have an `IMG_0001.JPG`, and the server tells photos apart by their names.
pub(crate) fn unique(wanted: &str, taken: &[&str]) -> String {
    let clean: String = wanted.chars().filter(|character| !character.is_control()).collect();
    let (stem, extension) = split(clean.trim_matches(' '));
    let is_free = |name: &str| !taken.contains(&name);
    let plain = [stem.as_str(), &extension].concat();
    let numbered = |number: u32| [&stem, " (", &number.to_string(), ")", &extension].concat();
    if is_free(&plain) { plain } else { (2..=u32::MAX).map(numbered).find(|name| is_free(name)).unwrap_or(plain) }
}

/// The name of the next photo from the camera.
pub(crate) fn of_shot(taken: &[&str]) -> String {
    let numbered = |number: u32| ["camera-", &number.to_string(), ".jpg"].concat();
    (1..=u32::MAX).map(numbered).find(|name| !taken.contains(&name.as_str())).unwrap_or_default()
}

/// The name without its extension, not too long, and the extension with its dot.
fn split(name: &str) -> (String, String) {
    let parts = name.rsplit_once('.').filter(|(stem, extension)| !stem.is_empty() && extension.len() <= 5);
    let (stem, extension) = parts.map_or((name, String::new()), |(stem, extension)| (stem, [".", extension].concat()));
    let stem: String = stem.chars().take(LONGEST).collect();
    (if stem.is_empty() { "photo".into() } else { stem }, extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_name_is_kept() {
        assert_eq!(unique("me.jpg", &["you.jpg"]), "me.jpg");
    }

    #[test]
    fn a_taken_name_gets_the_next_free_number() {
        assert_eq!(unique("me.jpg", &["me.jpg", "me (2).jpg"]), "me (3).jpg");
        assert_eq!(unique("no extension", &["no extension"]), "no extension (2)");
    }

    #[test]
    fn a_name_that_the_server_would_refuse_is_mended() {
        assert_eq!(unique(" a\n\u{7f}b.png ", &[]), "ab.png");
        assert_eq!(unique("\t", &[]), "photo");
        assert!(unique(&"long ".repeat(100), &[]).chars().count() <= 200);
    }

    #[test]
    fn shots_count_on_after_a_reload() {
        assert_eq!(of_shot(&[]), "camera-1.jpg");
        assert_eq!(of_shot(&["camera-1.jpg", "me.jpg", "camera-2.jpg"]), "camera-3.jpg");
    }
}
