use tiny_skia::Path;

use super::{
    canvas::{Canvas, Ink, P, Shape, oval},
    color::{BLACK, Color, WHITE, rgb},
    person::{Beard, Face, Glasses, Hair, Person},
    shot::{Shot, Smile},
};

/// Height of the eyes and of the top of the head.
const EYES: f32 = 170.0;
const TOP: f32 = 86.0;
const NOSE: f32 = 200.0;
const MOUTH: f32 = 219.0;

pub(super) fn neck(canvas: &mut Canvas, person: &Person) {
    let width = if person.woman { 27.0 } else { 33.0 };
    let neck = Shape::symmetric(
        (0.0, 205.0),
        &[
            [(20.0, 205.0), (width, 205.0), (width, 215.0)],
            [(width, 250.0), (width, 262.0), (width + 10.0, 274.0)],
            [(width + 26.0, 286.0), (width + 40.0, 290.0), (width + 44.0, 330.0)],
        ],
    );
    canvas.fill(&neck, Ink::Linear((-width, 0.0), (width + 6.0, 0.0), person.skin.base, person.skin.shade));
    canvas.clipped(&neck, |canvas| {
        let shadow = outline(&Face { bottom: person.face.bottom + 17.0, ..person.face });
        canvas.fill(&shadow, person.skin.shade.mix(rgb(0x3a_1414), 0.22).alpha(0.75));
        let collarbones = Shape::at((-50.0, 296.0)).quad((-20.0, 298.0), (-6.0, 308.0)).open();
        canvas.stroke(&collarbones, 2.5, person.skin.shade.alpha(0.5));
    });
}

pub(super) fn draw(canvas: &mut Canvas, person: &Person, shot: &Shot) {
    if person.hair != Hair::Headscarf {
        ears(canvas, person);
    }
    let face = outline(&person.face);
    canvas.fill(&face, person.skin.base);
    canvas.clipped(&face, |canvas| {
        light(canvas, person);
        features(canvas, person, shot);
    });
}

/// The shape of the face, from the top of the head to the chin.
pub(super) fn outline(face: &Face) -> Path {
    let Face { cheek, jaw, chin, bottom, .. } = *face;
    Shape::symmetric(
        (0.0, TOP),
        &[
            [(cheek * 0.62, TOP), (cheek, TOP + 34.0), (cheek, EYES - 6.0)],
            [(cheek, EYES + 26.0), (jaw + 3.0, 200.0), (jaw, 214.0)],
            [(jaw - 4.0, bottom - 16.0), (chin, bottom), (0.0, bottom)],
        ],
    )
}

fn ears(canvas: &mut Canvas, person: &Person) {
    let side = person.face.cheek;
    for direction in [-1.0, 1.0] {
        let color = if direction < 0.0 { person.skin.base } else { person.skin.base.mix(person.skin.shade, 0.6) };
        let center = (direction * (side + 1.5), EYES + 8.0);
        canvas.oval(center, (9.5, 17.0), color);
        let fold = Shape::at((center.0 + direction * 3.5, EYES - 1.0))
            .quad((center.0 + direction * 5.0, EYES + 8.0), (center.0, EYES + 17.0))
            .open();
        canvas.stroke(&fold, 2.2, person.skin.shade.alpha(0.8));
        if person.earrings {
            canvas.circle((center.0 + direction * 1.5, EYES + 27.0), 3.4, rgb(0xe3_c377));
            canvas.circle((center.0 + direction * 1.5 - 1.0, EYES + 26.0), 1.2, WHITE.alpha(0.8));
        }
    }
}

/// The light comes from the upper left.
fn light(canvas: &mut Canvas, person: &Person) {
    let (skin, face) = (&person.skin, &person.face);
    let full = oval((0.0, 170.0), (90.0, 110.0));
    canvas.fill(&full, Ink::Radial((-22.0, 140.0), 95.0, skin.light.alpha(0.9), skin.light.alpha(0.0)));
    canvas.fill(
        &full,
        Ink::Linear((6.0, 160.0), (face.cheek + 6.0, 172.0), skin.shade.alpha(0.0), skin.shade.alpha(0.62)),
    );
    canvas
        .fill(&full, Ink::Linear((0.0, 226.0), (4.0, face.bottom + 6.0), skin.shade.alpha(0.0), skin.shade.alpha(0.5)));
    for (side, strength) in [(-1.0, 0.55), (1.0, 0.45)] {
        let center = (side * (face.cheek - 22.0), 198.0);
        canvas.circle(center, 20.0, Ink::Radial(center, 20.0, skin.blush.alpha(strength), skin.blush.alpha(0.0)));
    }
}

fn features(canvas: &mut Canvas, person: &Person, shot: &Shot) {
    let turn = shot.turn;
    beard(canvas, person, turn);
    for side in [-1.0, 1.0] {
        let center = (side * person.face.eye_gap + turn, EYES);
        eye(canvas, person, center, side);
        brow(canvas, person, center, side);
    }
    nose(canvas, person, turn * 1.5);
    mouth(canvas, person, shot);
}

fn eye(canvas: &mut Canvas, person: &Person, (x, y): P, side: f32) {
    let lift = if person.woman { 1.6 } else { 0.6 };
    let (inner, outer) = ((x - side * 11.5, y + 1.5), (x + side * 12.5, y - lift));
    let almond = Shape::at(inner)
        .curve((x - side * 6.0, y - 8.5), (x + side * 6.0, y - 9.5), outer)
        .curve((x + side * 7.0, y + 6.5), (x - side * 5.0, y + 7.0), inner)
        .close();
    canvas.oval(
        (x, y - 1.0),
        (16.5, 11.5),
        Ink::Radial((x, y), 16.0, person.skin.shade.alpha(0.32), person.skin.shade.alpha(0.0)),
    );
    canvas.fill(&almond, rgb(0xfd_f9f5));
    canvas.circle((x, y - 1.0), 6.1, person.eyes.darker(0.25));
    canvas.circle(
        (x, y - 0.6),
        5.0,
        Ink::Linear((x, y - 6.0), (x, y + 5.0), person.eyes.darker(0.2), person.eyes.lighter(0.18)),
    );
    canvas.circle((x, y - 1.0), 2.5, rgb(0x15_1012));
    canvas.circle((x - 2.0, y - 3.0), 1.5, WHITE.alpha(0.95));
    let lid = Shape::at(inner).curve((x - side * 6.0, y - 8.5), (x + side * 6.0, y - 9.5), outer).open();
    // The upper lid hides the iris' upper edge.
    let skin_lid = Shape::at((inner.0, inner.1 - 2.5))
        .curve((x - side * 6.0, y - 11.0), (x + side * 6.0, y - 12.0), (outer.0, outer.1 - 2.5))
        .open();
    canvas.stroke(&skin_lid, 3.6, person.skin.base.mix(person.skin.shade, 0.35));
    canvas.stroke(&lid, if person.woman { 2.6 } else { 2.0 }, person.brows().darker(0.35));
    if person.woman {
        let lash = Shape::at(outer).line((outer.0 + side * 3.2, outer.1 - 2.6)).open();
        canvas.stroke(&lash, 1.8, person.brows().darker(0.35));
    }
    let below = Shape::at((x - side * 7.0, y + 5.6)).quad((x + side * 2.0, y + 7.6), (x + side * 9.5, y + 3.2)).open();
    canvas.stroke(&below, 1.1, person.skin.shade.alpha(0.75));
}

fn brow(canvas: &mut Canvas, person: &Person, (x, y): P, side: f32) {
    let height = if person.woman { 19.0 } else { 17.0 };
    let thick = person.face.brow;
    let brow = Shape::at((x - side * 13.5, y - height + 3.0))
        .quad((x + side * 1.0, y - height - 5.5), (x + side * 17.0, y - height + 3.5))
        .quad((x + side * 2.0, y - height - 5.5 + thick * 1.1), (x - side * 12.5, y - height + 3.0 + thick))
        .close();
    canvas.fill(&brow, person.brows().alpha(0.92));
}

fn nose(canvas: &mut Canvas, person: &Person, turn: f32) {
    let (skin, half) = (&person.skin, person.face.nose);
    let bridge = Shape::at((turn * 0.4 + 4.0, EYES - 4.0))
        .quad((turn + 6.0, NOSE - 14.0), (turn + half, NOSE - 2.0))
        .quad((turn + half * 0.5, NOSE + 5.0), (turn, NOSE + 3.5))
        .quad((turn + 4.0, NOSE - 16.0), (turn * 0.4 + 4.0, EYES - 4.0))
        .close();
    canvas.fill(&bridge, Ink::Linear((0.0, EYES), (0.0, NOSE), skin.shade.alpha(0.1), skin.shade.alpha(0.5)));
    let tip = (turn - 1.5, NOSE - 5.0);
    canvas.circle(tip, 7.0, Ink::Radial(tip, 7.0, skin.light.alpha(0.75), skin.light.alpha(0.0)));
    let below = Shape::at((turn - half, NOSE - 1.0))
        .quad((turn - half * 0.8, NOSE + 3.5), (turn - half * 0.35, NOSE + 2.5))
        .quad((turn, NOSE + 6.5), (turn + half * 0.35, NOSE + 2.5))
        .quad((turn + half * 0.8, NOSE + 3.5), (turn + half, NOSE - 1.0))
        .open();
    canvas.stroke(&below, 2.1, skin.shade.mix(rgb(0x5a_1e1c), 0.3).alpha(0.85));
}

fn mouth(canvas: &mut Canvas, person: &Person, shot: &Shot) {
    let (x, half) = (shot.turn, person.face.mouth);
    let lips = if person.woman {
        person.skin.lips.mix(shot_lipstick(person), 0.4)
    } else {
        person.skin.lips.mix(person.skin.base, 0.35)
    };
    let (left, right) = ((x - half, MOUTH - 2.5), (x + half, MOUTH - 2.5));
    let depth = if shot.smile == Smile::Open { 15.0 } else { 9.5 };
    let upper = if person.woman { 4.2 } else { 2.6 };
    let outer = Shape::at(left)
        .curve((x - half * 0.5, MOUTH - 2.0 - upper * 0.4), (x - 6.0, MOUTH - upper), (x, MOUTH - upper + 2.0))
        .curve((x + 6.0, MOUTH - upper), (x + half * 0.5, MOUTH - 2.0 - upper * 0.4), right)
        .curve((x + half * 0.6, MOUTH + depth * 0.75), (x + 8.0, MOUTH + depth), (x, MOUTH + depth))
        .curve((x - 8.0, MOUTH + depth), (x - half * 0.6, MOUTH + depth * 0.75), left)
        .close();
    canvas.fill(&outer, lips);
    match shot.smile {
        Smile::Open => {
            let inner = Shape::at((left.0 + 3.0, left.1 + 0.8))
                .quad((x, MOUTH + 4.5), (right.0 - 3.0, right.1 + 0.8))
                .curve(
                    (x + half * 0.5, MOUTH + depth * 0.62),
                    (x - half * 0.5, MOUTH + depth * 0.62),
                    (left.0 + 3.0, left.1 + 0.8),
                )
                .close();
            canvas.fill(&inner, rgb(0xfb_f7f2));
            canvas.stroke(&inner, 1.0, lips.darker(0.25).alpha(0.7));
        }
        Smile::Closed => {
            let line = Shape::at(left).quad((x, MOUTH + 6.0), right).open();
            canvas.stroke(&line, 1.7, lips.darker(0.42).alpha(0.9));
        }
    }
    for corner in [left, right] {
        canvas.circle((corner.0, corner.1), 1.7, person.skin.shade.mix(lips, 0.4).alpha(0.8));
    }
    let below = (x, MOUTH + depth + 5.0);
    canvas.oval(
        below,
        (12.0, 3.6),
        Ink::Radial(below, 12.0, person.skin.shade.alpha(0.4), person.skin.shade.alpha(0.0)),
    );
}

fn shot_lipstick(person: &Person) -> Color {
    if person.skin.base.brightness() < 0.5 { rgb(0x9a_2f45) } else { rgb(0xc2_4456) }
}

fn beard(canvas: &mut Canvas, person: &Person, turn: f32) {
    let color = person.hair_color.mix(rgb(0x2a_1a14), 0.15);
    let jaw = beard_shape(person, turn);
    match person.beard {
        Beard::None => {}
        Beard::Stubble => canvas.fill(&jaw, color.mix(person.skin.shade, 0.4).alpha(0.34)),
        Beard::Full => {
            canvas.fill(&jaw, color.lighter(0.04));
            canvas.clipped(&jaw, |canvas| {
                canvas.oval(
                    (22.0, 235.0),
                    (44.0, 40.0),
                    Ink::Radial((30.0, 240.0), 50.0, BLACK.alpha(0.22), BLACK.alpha(0.0)),
                );
            });
        }
        Beard::Short => canvas.fill(&jaw, color.mix(person.skin.shade, 0.15).alpha(0.66)),
    }
}

fn beard_shape(person: &Person, turn: f32) -> Path {
    let Face { cheek, bottom, .. } = person.face;
    Shape::at((-cheek - 4.0, EYES + 4.0))
        .curve((-cheek + 8.0, 196.0), (-cheek + 14.0, 204.0), (-28.0 + turn, 208.0))
        .curve((-16.0 + turn, 205.0), (-8.0 + turn, NOSE + 6.0), (turn, NOSE + 8.0))
        .curve((8.0 + turn, NOSE + 6.0), (16.0 + turn, 205.0), (28.0 + turn, 208.0))
        .curve((cheek - 14.0, 204.0), (cheek - 8.0, 196.0), (cheek + 4.0, EYES + 4.0))
        .line((cheek + 6.0, bottom + 6.0))
        .line((-cheek - 6.0, bottom + 6.0))
        .close()
}

pub(super) fn glasses(canvas: &mut Canvas, person: &Person) {
    let Some(kind) = person.glasses else { return };
    let (color, width) = match kind {
        Glasses::Round => (rgb(0x4b_3323), 2.6),
        Glasses::Square => (rgb(0x1d_1f25), 3.4),
        Glasses::Rimless => (rgb(0x9a_a0a8), 1.5),
    };
    let gap = person.face.eye_gap + 0.5;
    for side in [-1.0, 1.0] {
        let lens = lens(kind, (side * gap, EYES + 1.0));
        canvas.fill(
            &lens,
            Ink::Linear(
                (side * gap - 14.0, EYES - 14.0),
                (side * gap + 12.0, EYES + 14.0),
                WHITE.alpha(0.24),
                WHITE.alpha(0.04),
            ),
        );
        canvas.stroke(&lens, width, color);
        let temple =
            Shape::at((side * (gap + 18.5), EYES - 3.0)).line((side * (person.face.cheek + 2.0), EYES - 4.0)).open();
        canvas.stroke(&temple, width, color);
    }
    let bridge = Shape::at((-gap + 19.0, EYES - 1.0)).quad((0.0, EYES - 6.0), (gap - 19.0, EYES - 1.0)).open();
    canvas.stroke(&bridge, width, color);
}

fn lens(kind: Glasses, (x, y): P) -> Path {
    let (width, height, round) = match kind {
        Glasses::Round => return oval((x, y), (19.0, 18.0)),
        Glasses::Square => (19.5, 14.5, 6.0),
        Glasses::Rimless => (19.0, 13.0, 10.0),
    };
    let (left, right, top, bottom) = (x - width, x + width, y - height, y + height);
    Shape::at((left + round, top))
        .line((right - round, top))
        .quad((right, top), (right, top + round))
        .line((right, bottom - round))
        .quad((right, bottom), (right - round, bottom))
        .line((left + round, bottom))
        .quad((left, bottom), (left, bottom - round))
        .line((left, top + round))
        .quad((left, top), (left + round, top))
        .close()
}
