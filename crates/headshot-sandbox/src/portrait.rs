//! Headshots drawn by the sandbox: nobody's photo, yet one recognizable person for each session.
//!
//! Everything follows from the session's id and the photo's number, so that a photo looks the same whenever it is asked for.

mod backdrop;
mod canvas;
mod clothes;
mod color;
mod face;
mod hair;
mod person;
mod portraits;
mod shot;

use tiny_skia::{Pixmap, Transform};

use self::{canvas::Canvas, shot::Shot};

pub(crate) use person::Person;
pub(crate) use portraits::Portraits;

/// Which rendering of a photo, in the provider's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Size {
    /// The photo as the API lists it, 768 pixels wide and high.
    Main,
    /// A small one, 256 pixels.
    Thumbnail,
    /// The largest one, 1024 pixels.
    Original,
    /// For pages, 512 pixels.
    Preview,
    /// Without its background, 768 pixels.
    Transparent,
    /// For profiles, 600 pixels, as the provider's dashboard makes it \[h-approve\].
    Pfp,
}

impl Size {
    const ALL: [Self; 6] = [Self::Main, Self::Thumbnail, Self::Original, Self::Preview, Self::Transparent, Self::Pfp];

    /// The provider's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Thumbnail => "thumbnail",
            Self::Original => "original",
            Self::Preview => "preview",
            Self::Transparent => "transparent",
            Self::Pfp => "pfp",
        }
    }

    /// Width and height.
    #[must_use]
    pub fn pixels(self) -> u16 {
        match self {
            Self::Main | Self::Transparent => 768,
            Self::Thumbnail => 256,
            Self::Original => 1024,
            Self::Preview => 512,
            Self::Pfp => 600,
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.as_str() == word)
    }
}

/// What kind of file a photo is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// PNG.
    Png,
    /// JPEG, without transparency.
    Jpeg,
}

/// Draws photo number `index` of a session as a JPEG file.
///
/// # Panics
///
/// Never: every size is one that a JPEG can have.
#[must_use]
pub fn jpeg(session: &str, index: usize, size: Size) -> Vec<u8> {
    let pixmap = draw(&Person::of(session), &Shot::of(session, index), size);
    let mut file = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut file, 90);
    let written = encoder.encode(pixmap.data(), size.pixels(), size.pixels(), jpeg_encoder::ColorType::Rgba);
    written.expect("a JPEG can be written to memory");
    file
}

/// Draws photo number `index` of a session as a PNG file.
#[must_use]
pub fn png(session: &str, index: usize, size: Size) -> Vec<u8> {
    encoded(&draw(&Person::of(session), &Shot::of(session, index), size), size)
}

/// Width and height of the space that the drawing code works in; its x axis has 0 in the middle.
const SPACE: f32 = 400.0;

fn draw(person: &Person, shot: &Shot, size: Size) -> Pixmap {
    let scale = f32::from(size.pixels()) / SPACE;
    let space = Transform::from_scale(scale, scale).pre_translate(SPACE / 2.0, 0.0);
    let mut canvas = Canvas::new(u32::from(size.pixels()), space);
    if size != Size::Transparent {
        backdrop::draw(&mut canvas, shot);
    }
    canvas.within(shot.framing(), |canvas| {
        let tilt = Transform::from_rotate_at(shot.tilt, 0.0, 250.0);
        canvas.within(tilt, |canvas| hair::behind(canvas, person));
        face::neck(canvas, person);
        clothes::draw(canvas, person, shot);
        canvas.within(tilt, |canvas| {
            face::draw(canvas, person, shot);
            hair::front(canvas, person);
            face::glasses(canvas, person);
        });
        clothes::over_hair(canvas, person, shot);
    });
    canvas.into_pixmap()
}

fn encoded(pixmap: &Pixmap, size: Size) -> Vec<u8> {
    let file = if size == Size::Transparent { pixmap.encode_png().ok() } else { opaque(pixmap).ok() };
    file.expect("a PNG can be written to memory")
}

/// Without transparency the canvas' own bytes are those of the file.
fn opaque(pixmap: &Pixmap) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, pixmap.width(), pixmap.height());
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_compression(png::Compression::Fast);
    encoder.write_header()?.write_image_data(pixmap.data())?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_photo_looks_the_same_every_time() {
        assert_eq!(png("65a0", 3, Size::Thumbnail), png("65a0", 3, Size::Thumbnail));
    }

    #[test]
    fn photos_of_one_session_differ_and_so_do_people() {
        let photos: std::collections::HashSet<_> = (0..9).map(|index| png("65a0", index, Size::Thumbnail)).collect();
        assert_eq!(photos.len(), 9);
        assert_ne!(png("65a0", 0, Size::Thumbnail), png("65a1", 0, Size::Thumbnail));
    }

    #[test]
    fn every_size_is_a_square_png_of_its_pixels() {
        for size in Size::ALL {
            let file = png("65a0", 0, size);
            let reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
            let info = reader.info();
            assert_eq!((info.width, info.height), (size.pixels().into(), size.pixels().into()), "{size:?}");
            assert_eq!(Size::from_word(size.as_str()), Some(size));
        }
    }

    #[test]
    fn a_jpeg_has_the_pixels_of_its_size() {
        let file = jpeg("65a0", 0, Size::Thumbnail);
        assert_eq!(imagesize::image_type(&file).unwrap(), imagesize::ImageType::Jpeg);
        let size = imagesize::blob_size(&file).unwrap();
        assert_eq!((size.width, size.height), (256, 256));
    }

    #[test]
    fn only_the_transparent_one_can_be_seen_through() {
        let corner = |size| draw(&Person::of("65a0"), &Shot::of("65a0", 0), size).pixels()[0].alpha();
        assert_eq!((corner(Size::Main), corner(Size::Transparent)), (255, 0));
    }
}
