use headshot_api::UploadLimits;
use imagesize::{ImageSize, ImageType};

/// Why a photo is not even sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// It has no bytes, or they cannot be read.
    Unreadable,
    /// More bytes than the server takes.
    TooLarge { limit_bytes: u64 },
    /// None of the kinds of picture that the server takes.
    WrongKind,
    /// More pixels than the server takes.
    TooManyPixels { width: u64, height: u64 },
    /// The session has as many photos as it may.
    NoRoom { limit: u32 },
    /// The same picture is there already.
    Twice,
}

/// What the first bytes of a photo tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    Fits,
    /// Its size in pixels stands further back.
    NeedsMore,
    Unfit(Unfit),
}

/// How many bytes are looked at, one attempt after the other; most cameras' JPEGs need no second.
pub(crate) const HEADS: [u64; 3] = [64 * 1024, 1024 * 1024, u64::MAX];

/// Whether a photo of this size may be sent.
pub(crate) fn size(bytes: u64, limits: &UploadLimits) -> Result<(), Unfit> {
    match bytes {
        0 => Err(Unfit::Unreadable),
        _ if bytes > limits.bytes => Err(Unfit::TooLarge { limit_bytes: limits.bytes }),
        _ => Ok(()),
    }
}

/// Whether a picture that begins so may be sent. Names and media types say nothing: only the bytes count.
pub(crate) fn head(head: &[u8], limits: &UploadLimits) -> Look {
    let kind = imagesize::image_type(head).ok().and_then(media_type);
    if !kind.is_some_and(|kind| limits.media_types.iter().any(|taken| taken == kind)) {
        return Look::Unfit(Unfit::WrongKind);
    }
    match imagesize::blob_size(head) {
        Ok(size) => pixels(size, limits),
        Err(_) => Look::NeedsMore,
    }
}

fn media_type(kind: ImageType) -> Option<&'static str> {
    match kind {
        ImageType::Jpeg => Some("image/jpeg"),
        ImageType::Png => Some("image/png"),
        _ => None,
    }
}

fn pixels(ImageSize { width, height }: ImageSize, limits: &UploadLimits) -> Look {
    let (width, height) = (width as u64, height as u64);
    let fits = width.max(height) <= limits.longest_side.into() && width.saturating_mul(height) <= limits.pixels;
    match (width, height) {
        (0, _) | (_, 0) => Look::Unfit(Unfit::Unreadable),
        _ if fits => Look::Fits,
        _ => Look::Unfit(Unfit::TooManyPixels { width, height }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> UploadLimits {
        UploadLimits {
            photos: 40,
            bytes: 27_000_000,
            pixels: 27_000_000,
            longest_side: 6_400,
            media_types: vec!["image/jpeg".into(), "image/png".into()],
        }
    }

    /// The beginning of a PNG of this size.
    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 2, 0, 0, 0]);
        bytes
    }

    /// A JPEG whose frame header stands behind `padding` bytes of other segments.
    fn jpeg(width: u16, height: u16, padding: u16) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xe1];
        bytes.extend((padding + 2).to_be_bytes());
        bytes.extend(vec![0; padding.into()]);
        bytes.extend([0xff, 0xc0, 0, 17, 8]);
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes.extend([3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
        bytes
    }

    #[test]
    fn takes_a_picture_up_to_each_limit() {
        assert_eq!(size(27_000_000, &limits()), Ok(()));
        assert_eq!(head(&png(6_400, 4_218), &limits()), Look::Fits);
        assert_eq!(head(&jpeg(4_000, 3_000, 300), &limits()), Look::Fits);
    }

    #[test]
    fn refuses_a_picture_beyond_each_limit() {
        assert_eq!(size(27_000_001, &limits()), Err(Unfit::TooLarge { limit_bytes: 27_000_000 }));
        let beyond = |width, height| Look::Unfit(Unfit::TooManyPixels { width, height });
        assert_eq!(head(&png(6_401, 10), &limits()), beyond(6_401, 10));
        assert_eq!(head(&png(5_200, 5_200), &limits()), beyond(5_200, 5_200));
        let largest = u64::from(u32::MAX);
        assert_eq!(head(&png(u32::MAX, u32::MAX), &limits()), beyond(largest, largest));
    }

    #[test]
    fn a_picture_that_says_its_size_late_is_read_on() {
        let late = jpeg(4_000, 3_000, 60_000);
        assert_eq!(head(&late[..2_000], &limits()), Look::NeedsMore);
        assert_eq!(head(&late, &limits()), Look::Fits);
    }

    #[test]
    fn only_the_bytes_say_what_kind_a_file_is() {
        for other in [&b"GIF89a\x01\0\x01\0"[..], b"RIFF\0\0\0\0WEBPVP8 ", b"\0\0\0\x18ftypheic", b"<svg/>", b""] {
            assert_eq!(head(other, &limits()), Look::Unfit(Unfit::WrongKind), "{other:?}");
        }
        let only_png = UploadLimits { media_types: vec!["image/png".into()], ..limits() };
        assert_eq!(head(&jpeg(10, 10, 0), &only_png), Look::Unfit(Unfit::WrongKind));
    }

    #[test]
    fn an_empty_picture_is_none() {
        assert_eq!(size(0, &limits()), Err(Unfit::Unreadable));
        assert_eq!(head(&png(0, 10), &limits()), Look::Unfit(Unfit::Unreadable));
    }
}
