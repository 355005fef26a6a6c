use tiny_skia::Transform;

use super::color::{Color, rgb};
use crate::random::Dice;

/// What differs between the photos of one session.
pub(super) struct Shot {
    pub(super) backdrop: Backdrop,
    pub(super) outfit: Outfit,
    pub(super) jacket: Color,
    pub(super) shirt: Color,
    pub(super) accent: Color,
    pub(super) smile: Smile,
    /// Rotation of the head in degrees.
    pub(super) tilt: f32,
    /// How far the face looks aside.
    pub(super) turn: f32,
    zoom: f32,
    aside: f32,
}

/// What stands behind the person.
#[derive(Clone, Copy)]
pub(super) enum Backdrop {
    /// A studio's paper roll with a light on it.
    Studio(Color, Color),
    /// An office out of focus.
    Office(Color, Color, u64),
    /// A wall with a ring on it.
    Ring(Color, Color),
    /// A wall in two colours.
    Split(Color, Color),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outfit {
    SuitAndTie,
    SuitOpenCollar,
    SuitOverKnit,
    SuitOverBlouse,
    Shirt,
    Turtleneck,
    Knit,
    SuitWithScarf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Smile {
    Closed,
    Open,
}

impl Shot {
    /// Photo number `index` of a session.
    pub(super) fn of(session: &str, index: usize) -> Self {
        let mut first = Dice::new(&["first shot", session]);
        let [backdrop, outfit, jacket, accent] =
            [(); 4].map(|()| first.pick(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]));
        let mut dice = Dice::new(&["shot", session, &index.to_string()]);
        Self {
            // Steps that share no factor with the number of choices: neighbours differ, and all choices come in turn.
            backdrop: BACKDROPS[(backdrop + index * 5) % BACKDROPS.len()],
            outfit: OUTFITS[(outfit + index * 3) % OUTFITS.len()],
            jacket: JACKETS[(jacket + index * 4) % JACKETS.len()],
            shirt: dice.pick(&SHIRTS),
            accent: ACCENTS[(accent + index) % ACCENTS.len()],
            smile: if index.is_multiple_of(2) { Smile::Open } else { Smile::Closed },
            tilt: dice.between(-3.2, 3.2),
            turn: dice.between(-3.0, 3.0),
            zoom: dice.between(1.12, 1.28),
            aside: dice.between(-8.0, 8.0),
        }
    }

    /// How near the camera is and where it points.
    pub(super) fn framing(&self) -> Transform {
        Transform::from_translate(self.aside, 212.0).pre_scale(self.zoom, self.zoom).pre_translate(0.0, -195.0)
    }
}

const BACKDROPS: [Backdrop; 11] = [
    Backdrop::Studio(rgb(0xe9_edf2), rgb(0xa9_b4c2)),
    Backdrop::Office(rgb(0xdf_e6ea), rgb(0x8f_a6b4), 1),
    Backdrop::Studio(rgb(0x5d_7486), rgb(0x25_3442)),
    Backdrop::Ring(rgb(0xf3_dfcd), rgb(0xe4_bf9f)),
    Backdrop::Studio(rgb(0xd9_e4d8), rgb(0x8c_a592)),
    Backdrop::Split(rgb(0xcf_dcf0), rgb(0xa9_bfe3)),
    Backdrop::Office(rgb(0xf1_e6d6), rgb(0xc0_9f7d), 2),
    Backdrop::Studio(rgb(0x8c_8ea3), rgb(0x3b_3d52)),
    Backdrop::Ring(rgb(0xd6_e8e6), rgb(0x9c_c6c2)),
    Backdrop::Studio(rgb(0xf2_e9e4), rgb(0xcf_b5a8)),
    Backdrop::Office(rgb(0x6f_8597), rgb(0x2a_3a4a), 3),
];
const OUTFITS: [Outfit; 8] = [
    Outfit::SuitAndTie,
    Outfit::SuitOverKnit,
    Outfit::Shirt,
    Outfit::SuitOpenCollar,
    Outfit::Turtleneck,
    Outfit::SuitOverBlouse,
    Outfit::SuitWithScarf,
    Outfit::Knit,
];
const JACKETS: [Color; 9] = [
    rgb(0x26_3654),
    rgb(0x3d_434d),
    rgb(0x7a_3143),
    rgb(0x2f_5248),
    rgb(0xb8_9067),
    rgb(0x47_5f86),
    rgb(0x22_252c),
    rgb(0x2f_6670),
    rgb(0xd9_cbb8),
];
const SHIRTS: [Color; 5] = [rgb(0xfb_fbfa), rgb(0xd5_e3f2), rgb(0xf5_dcdc), rgb(0xf6_efe1), rgb(0xdf_dcef)];
const ACCENTS: [Color; 7] =
    [rgb(0x9c_2f3f), rgb(0x2f_4f86), rgb(0xc7_8a3c), rgb(0x3f_6f5f), rgb(0x6d_4a7d), rgb(0x33_3a46), rgb(0xb8_5c4a)];
