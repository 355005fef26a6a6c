/// An opaque or translucent colour, each part between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Color {
    red: f32,
    green: f32,
    blue: f32,
    alpha: f32,
}

pub(super) const WHITE: Color = rgb(0xff_ffff);
pub(super) const BLACK: Color = rgb(0x00_0000);

/// The colour with these hexadecimal digits.
pub(super) const fn rgb(digits: u32) -> Color {
    let [_, red, green, blue] = digits.to_be_bytes();
    Color { red: red as f32 / 255.0, green: green as f32 / 255.0, blue: blue as f32 / 255.0, alpha: 1.0 }
}

impl Color {
    /// So much of `other`, between 0 and 1, stirred in.
    pub(super) fn mix(self, other: Self, share: f32) -> Self {
        let between = |from: f32, to: f32| from + (to - from) * share;
        Self {
            red: between(self.red, other.red),
            green: between(self.green, other.green),
            blue: between(self.blue, other.blue),
            alpha: between(self.alpha, other.alpha),
        }
    }

    /// The same colour, seen through to `1 - alpha`.
    pub(super) fn alpha(self, alpha: f32) -> Self {
        Self { alpha, ..self }
    }

    pub(super) fn darker(self, share: f32) -> Self {
        self.mix(BLACK, share).alpha(self.alpha)
    }

    pub(super) fn lighter(self, share: f32) -> Self {
        self.mix(WHITE, share).alpha(self.alpha)
    }

    /// How bright it appears, between 0 and 1.
    pub(super) fn brightness(self) -> f32 {
        0.299 * self.red + 0.587 * self.green + 0.114 * self.blue
    }

    pub(super) fn to_skia(self) -> tiny_skia::Color {
        let [red, green, blue, alpha] = [self.red, self.green, self.blue, self.alpha].map(|part| part.clamp(0.0, 1.0));
        tiny_skia::Color::from_rgba(red, green, blue, alpha).unwrap_or(tiny_skia::Color::BLACK)
    }
}
