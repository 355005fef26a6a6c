#![doc = include_str!("../README.md")]

#[cfg(all(feature = "module", target_arch = "wasm32"))]
mod module;

use qrcodegen_no_heap::{QrCode, QrCodeEcc, Version};

/// The largest code that phones still read from a screen, at 4 modules a margin: 133 modules a side, 1,171 bytes.
const LARGEST: Version = Version::new(29);
const ROOM: usize = LARGEST.buffer_len();

/// The code for `link`, row by row from the top left, a byte for each module: 1 where it is dark.
///
/// `None` for a link that is too long to be read from a screen: more than 1,125 bytes.
#[must_use]
pub fn encode(link: &str) -> Option<Vec<u8>> {
    let (mut room, mut made) = ([0; ROOM], [0; ROOM]);
    let code =
        QrCode::encode_text(link, &mut room, &mut made, QrCodeEcc::Medium, Version::MIN, LARGEST, None, false).ok()?;
    let side = 0..code.size();
    Some(
        side.clone()
            .flat_map(|y| side.clone().map(move |x| (x, y)))
            .map(|(x, y)| code.get_module(x, y).into())
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_square_that_grows_with_the_link() {
        let side = |length: usize| encode(&"a".repeat(length)).map(|modules| modules.len().isqrt());
        assert_eq!(side(10), Some(21));
        assert!(side(400) > side(100));
        assert_eq!(side(5_000), None);
    }

    #[test]
    fn three_corners_have_the_mark_that_cameras_look_for() {
        let modules = encode("https://studio.test/auth/social?token=T").unwrap();
        let side = modules.len().isqrt();
        let ring = |left: usize, top: usize| (0..7).all(|step| modules[top * side + left + step] == 1);
        assert!(ring(0, 0) && ring(side - 7, 0) && ring(0, side - 7));
        assert!(!ring(side - 7, side - 7));
    }
}
