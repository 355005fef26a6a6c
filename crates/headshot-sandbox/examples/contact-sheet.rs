//! Draws a contact sheet: four people, one a row, nine photos each. Run it after a change to the drawing code.
//!
//! `cargo run -p headshot-sandbox --example contact-sheet -- sheet.png`

use std::{env, fs, time::Instant};

use headshot_sandbox::portrait::{Size, png};
use tiny_skia::{Pixmap, PixmapPaint, Transform};

const SIZE: Size = Size::Preview;

fn main() -> anyhow::Result<()> {
    let file = env::args().nth(1).unwrap_or_else(|| "contact-sheet.png".into());
    let first: usize = env::args().nth(2).map_or(Ok(0), |number| number.parse())?;
    let columns: usize = env::args().nth(3).map_or(Ok(9), |number| number.parse())?;
    let side = u32::from(SIZE.pixels());
    let mut sheet = Pixmap::new(side * u32::try_from(columns)?, side * 4).expect("a sheet has pixels");
    let start = Instant::now();
    for row in 0..4_usize {
        for column in 0..columns {
            let photo = Pixmap::decode_png(&png(&format!("person {}", first + row), column, SIZE))?;
            let (x, y) = (i32::try_from(column)? * side.cast_signed(), i32::try_from(row)? * side.cast_signed());
            sheet.draw_pixmap(x, y, photo.as_ref(), &PixmapPaint::default(), Transform::identity(), None);
        }
    }
    println!("{} photos in {:?}", 4 * columns, start.elapsed());
    fs::write(&file, sheet.encode_png()?)?;
    Ok(())
}
