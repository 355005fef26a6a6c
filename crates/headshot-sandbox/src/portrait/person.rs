use super::color::{Color, WHITE, rgb};
use crate::random::Dice;

/// What all photos of one session share: somebody who does not exist.
pub(crate) struct Person {
    pub(super) woman: bool,
    pub(super) skin: Skin,
    pub(super) hair: Hair,
    pub(super) hair_color: Color,
    pub(super) eyes: Color,
    pub(super) beard: Beard,
    pub(super) glasses: Option<Glasses>,
    pub(super) earrings: bool,
    pub(super) face: Face,
}

/// The skin in light and shade.
#[derive(Clone, Copy)]
pub(super) struct Skin {
    pub(super) base: Color,
    pub(super) light: Color,
    pub(super) shade: Color,
    pub(super) blush: Color,
    pub(super) lips: Color,
}

/// The measures of a face, from its middle, on a space 400 high.
#[derive(Clone, Copy)]
pub(super) struct Face {
    pub(super) cheek: f32,
    pub(super) jaw: f32,
    pub(super) chin: f32,
    pub(super) bottom: f32,
    pub(super) eye_gap: f32,
    pub(super) nose: f32,
    pub(super) mouth: f32,
    pub(super) brow: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hair {
    Bald,
    Crew,
    SidePart,
    Quiff,
    Curls,
    Afro,
    Bob,
    Long,
    Wavy,
    Bun,
    Ponytail,
    Headscarf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beard {
    None,
    Stubble,
    Full,
    Short,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Glasses {
    Round,
    Square,
    Rimless,
}

impl Person {
    /// The person of a session, always the same one.
    pub(crate) fn of(session: &str) -> Self {
        let mut dice = Dice::new(&["person", session]);
        let woman = dice.chance(50);
        let skin = Skin::of(dice.pick(&SKINS));
        let hair = dice.pick(if woman { &WOMENS_HAIR } else { &MENS_HAIR });
        let hair_color = hair_color(&mut dice, &skin, hair);
        let beards: &[_] = if woman { &[Beard::None] } else { &MENS_BEARDS };
        Self {
            woman,
            skin,
            hair,
            hair_color,
            eyes: dice.pick(if skin.base.brightness() > 0.68 { &EYES } else { &EYES[..2] }),
            beard: dice.pick(beards),
            glasses: dice.chance(38).then(|| dice.pick(&[Glasses::Round, Glasses::Square, Glasses::Rimless])),
            earrings: woman && hair != Hair::Headscarf && dice.chance(60),
            face: Face::of(&mut dice, woman),
        }
    }

    /// The provider's word for the selected gender \[002\].
    pub(crate) fn trigger(&self) -> &'static str {
        if self.woman { "female" } else { "male" }
    }

    /// The colour of brows and lashes.
    pub(super) fn brows(&self) -> Color {
        let natural = if self.hair == Hair::Headscarf { rgb(0x2b_1d18) } else { self.hair_color };
        natural.mix(rgb(0x2a_1a14), 0.45)
    }
}

impl Skin {
    fn of(base: Color) -> Self {
        let dark = base.brightness() < 0.5;
        Self {
            base,
            light: base.mix(rgb(0xff_f0dc), if dark { 0.16 } else { 0.28 }),
            shade: base.mix(rgb(0x5a_1e1c), if dark { 0.34 } else { 0.25 }),
            blush: base.mix(rgb(0xd6_4a48), if dark { 0.25 } else { 0.34 }),
            lips: base.mix(rgb(0xa8_2f3d), if dark { 0.38 } else { 0.46 }),
        }
    }
}

impl Face {
    fn of(dice: &mut Dice, woman: bool) -> Self {
        let slim = if woman { 1.0 } else { 0.0 };
        Self {
            cheek: dice.between(59.0, 63.5) - 2.5 * slim,
            jaw: dice.between(48.0, 54.0) - 6.0 * slim,
            chin: dice.between(22.0, 28.0) - 5.0 * slim,
            bottom: dice.between(246.0, 252.0) - 3.0 * slim,
            eye_gap: dice.between(25.0, 27.5),
            nose: dice.between(9.5, 12.5) - 1.5 * slim,
            mouth: dice.between(20.0, 24.0) - slim,
            brow: dice.between(4.4, 5.6) - 1.4 * slim,
        }
    }
}

fn hair_color(dice: &mut Dice, skin: &Skin, hair: Hair) -> Color {
    if hair == Hair::Headscarf {
        return dice.pick(&SCARVES);
    }
    let choices = if skin.base.brightness() > 0.72 { &HAIR_COLORS[..] } else { &HAIR_COLORS[..5] };
    let natural = dice.pick(choices);
    if dice.chance(10) { natural.mix(WHITE, 0.55).mix(rgb(0xa9_abb2), 0.6) } else { natural }
}

const SKINS: [Color; 9] = [
    rgb(0xf7_d6bf),
    rgb(0xf3_c7a5),
    rgb(0xe8_b48f),
    rgb(0xdb_a277),
    rgb(0xc6_8a5e),
    rgb(0xad_7248),
    rgb(0x8f_5936),
    rgb(0x74_4529),
    rgb(0x5a_3522),
];
const HAIR_COLORS: [Color; 10] = [
    rgb(0x1f_1b1d),
    rgb(0x2b_201c),
    rgb(0x3b_2820),
    rgb(0x17_171b),
    rgb(0x4a_2f22),
    rgb(0x6b_4329),
    rgb(0x84_532f),
    rgb(0xb0_8248),
    rgb(0xd3_aa67),
    rgb(0xa3_4f2a),
];
const SCARVES: [Color; 5] = [rgb(0x2f_4a5e), rgb(0x8b_5a6b), rgb(0x5e_6b57), rgb(0xb9_a288), rgb(0x3d_3a52)];
const EYES: [Color; 5] = [rgb(0x3d_2417), rgb(0x5b_3a20), rgb(0x5d_6b3c), rgb(0x4b_7a99), rgb(0x6b_7f8a)];
const WOMENS_HAIR: [Hair; 8] =
    [Hair::Bob, Hair::Long, Hair::Wavy, Hair::Bun, Hair::Ponytail, Hair::Headscarf, Hair::Curls, Hair::Long];
const MENS_HAIR: [Hair; 7] =
    [Hair::Crew, Hair::SidePart, Hair::Quiff, Hair::Curls, Hair::SidePart, Hair::Bald, Hair::Afro];
const MENS_BEARDS: [Beard; 6] = [Beard::None, Beard::None, Beard::None, Beard::Stubble, Beard::Full, Beard::Short];
