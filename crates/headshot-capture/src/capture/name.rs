/// The most characters of a name; the server takes 200.
const LONGEST: usize = 120;

/// A name for a photo that no other photo of the session has, close to the one that its file has.
///
/// Two folders of a camera both have an `IMG_0001.JPG`, and the server tells photos apart by their names.
pub(crate) fn unique<'a>(wanted: &str, taken: impl Iterator<Item = &'a str> + Clone) -> String {
    let clean: String = wanted.chars().filter(|character| !character.is_control()).collect();
    let (stem, extension) = split(clean.trim());
    let is_free = |name: &str| taken.clone().all(|other| other != name);
    let plain = [stem.as_str(), extension].concat();
    let numbered = |number: u32| [&stem, " (", &number.to_string(), ")", extension].concat();
    if is_free(&plain) { plain } else { (2..).map(numbered).find(|name| is_free(name)).unwrap_or(plain) }
}

/// The name of the next photo from the camera.
pub(crate) fn of_shot<'a>(taken: impl Iterator<Item = &'a str> + Clone) -> String {
    let numbered = |number: u32| ["camera-", &number.to_string(), ".jpg"].concat();
    (1..).map(numbered).find(|name| taken.clone().all(|other| other != name)).unwrap_or_default()
}

fn split(name: &str) -> (String, &str) {
    let dot = name.rfind('.').filter(|dot| *dot > 0 && name.len() - dot <= 6).unwrap_or(name.len());
    let (stem, extension) = name.split_at(dot);
    let stem: String = stem.chars().take(LONGEST).collect();
    (if stem.is_empty() { "photo".into() } else { stem }, extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_name_is_kept() {
        assert_eq!(unique("me.jpg", ["you.jpg"].into_iter()), "me.jpg");
    }

    #[test]
    fn a_taken_name_gets_the_next_free_number() {
        assert_eq!(unique("me.jpg", ["me.jpg", "me (2).jpg"].into_iter()), "me (3).jpg");
        assert_eq!(unique("no extension", ["no extension"].into_iter()), "no extension (2)");
    }

    #[test]
    fn a_name_that_the_server_would_refuse_is_mended() {
        let none = || std::iter::empty();
        assert_eq!(unique(" a\n\u{7f}b.png ", none()), "ab.png");
        assert_eq!(unique("\t", none()), "photo");
        assert!(unique(&"long ".repeat(100), none()).chars().count() <= 200);
    }

    #[test]
    fn shots_count_on_after_a_reload() {
        assert_eq!(of_shot(std::iter::empty()), "camera-1.jpg");
        assert_eq!(of_shot(["camera-1.jpg", "me.jpg", "camera-2.jpg"].into_iter()), "camera-3.jpg");
    }
}
