use axum::body::Bytes;
use jiff::Timestamp;

/// One photo of a job, or of a profile as a background.
#[derive(Clone)]
pub(super) struct Photo {
    pub(super) id: u64,
    pub(super) owner: Owner,
    pub(super) name: String,
    /// What its files are called in the storage, without folder and ending.
    pub(super) key: String,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    /// The file, once it was uploaded.
    pub(super) file: Option<Bytes>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Job(u64),
    Profile(u64),
}

/// 27 MB \[k-openapi\], read generously.
const LARGEST_BYTES: usize = 27 << 20;
const LARGEST_PIXELS: usize = 27_000_000;
/// 6500 \[k-openapi\]; the provider's packages stay below 6400.
const LONGEST_SIDE: usize = 6500;

impl Photo {
    pub(super) fn job(&self) -> Option<u64> {
        match self.owner {
            Owner::Job(id) => Some(id),
            Owner::Profile(_) => None,
        }
    }

    /// What a result is called: always `.jpg`, whatever it is \[k-openapi\].
    pub(super) fn result_name(&self) -> String {
        let stem = self.name.rsplit_once('.').map_or(self.name.as_str(), |(stem, _)| stem);
        format!("{stem}.jpg")
    }

    /// Whether the file is a JPEG, so that its result is one.
    pub(super) fn is_jpeg(&self) -> bool {
        self.file.as_ref().is_some_and(|file| file.starts_with(b"\xff\xd8\xff"))
    }

    /// What is wrong with the photo before work on it can begin.
    pub(super) fn flaw(&self) -> Option<String> {
        let Some(file) = &self.file else { return Some(format!("Photo {} was not uploaded", self.name)) };
        let text = match imagesize::blob_size(file) {
            _ if file.len() > LARGEST_BYTES => "is larger than 27 MB",
            _ if !is_accepted(file) => "is no JPEG, PNG or WebP picture",
            Err(_) => "cannot be read",
            Ok(size) if size.width * size.height > LARGEST_PIXELS => "has more than 27 megapixels",
            Ok(size) if size.width.max(size.height) > LONGEST_SIDE => "is longer than 6500 pixels",
            Ok(_) => return None,
        };
        Some(format!("Photo {} {text}", self.name))
    }
}

/// JPEG and PNG \[k-openapi\], and WebP, which the provider's packages send \[k-js\].
fn is_accepted(file: &[u8]) -> bool {
    use imagesize::ImageType::{Jpeg, Png, Webp};
    matches!(imagesize::image_type(file), Ok(Jpeg | Png | Webp))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A photo whose file is the beginning of a PNG of that size, as long as told.
    fn photo(width: u32, height: u32, length: usize) -> Photo {
        let start = [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], &width.to_be_bytes(), &height.to_be_bytes()].concat();
        let mut file = start;
        file.resize(length.max(64), 0);
        with_file(file)
    }

    fn with_file(file: Vec<u8>) -> Photo {
        let (name, key, now) = ("a.png".to_owned(), String::new(), Timestamp::UNIX_EPOCH);
        let file = Some(Bytes::from(file));
        Photo { id: 1, owner: Owner::Job(1), name, key, created_at: now, updated_at: now, file }
    }

    #[test]
    fn takes_photos_up_to_the_documented_limits() {
        assert_eq!(photo(6000, 4500, LARGEST_BYTES).flaw(), None);
        assert_eq!(photo(6500, 100, 0).flaw(), None);
    }

    #[test]
    fn says_what_is_wrong_with_others() {
        let flaw = |photo: Photo| photo.flaw().unwrap();
        assert_eq!(flaw(photo(6000, 4501, 0)), "Photo a.png has more than 27 megapixels");
        assert_eq!(flaw(photo(6501, 100, 0)), "Photo a.png is longer than 6500 pixels");
        assert_eq!(flaw(photo(10, 10, LARGEST_BYTES + 1)), "Photo a.png is larger than 27 MB");
        assert_eq!(
            flaw(with_file(b"GIF89a and so on, long enough".to_vec())),
            "Photo a.png is no JPEG, PNG or WebP picture"
        );
        assert_eq!(
            flaw(with_file(b"\xff\xd8\xff\xe0 and then the line was cut".to_vec())),
            "Photo a.png cannot be read"
        );
    }
}
