use tiny_skia::Path;

use super::{
    canvas::{Canvas, Ink, P, Shape},
    color::{BLACK, Color, WHITE},
    face,
    person::{Hair, Person},
};
use crate::random::Dice;

/// What of the hair is behind the face and neck.
pub(super) fn behind(canvas: &mut Canvas, person: &Person) {
    let (color, w) = (person.hair_color, person.face.cheek);
    let dark = shaded(color.darker(0.28), color.darker(0.12));
    match person.hair {
        Hair::Bob => canvas.fill(&falling(w + 15.0, w + 17.0, 246.0), dark),
        Hair::Long => canvas.fill(&falling(w + 14.0, w + 22.0, 335.0), dark),
        Hair::Wavy => {
            canvas.fill(&falling(w + 16.0, w + 20.0, 290.0), dark);
            waves(canvas, w, color.darker(0.18));
        }
        Hair::Afro => {
            curls(canvas, person, &Cloud { center: (0.0, 138.0), radii: (90.0, 82.0), curl: 19.0, count: 90 });
        }
        Hair::Curls if person.woman => {
            curls(canvas, person, &Cloud { center: (0.0, 175.0), radii: (84.0, 104.0), curl: 20.0, count: 110 });
        }
        Hair::Curls => {
            curls(canvas, person, &Cloud { center: (0.0, 122.0), radii: (66.0, 52.0), curl: 17.0, count: 50 });
        }
        Hair::Bun => {
            let center = (6.0, 66.0);
            canvas.circle(center, 30.0, Ink::Radial((-4.0, 56.0), 42.0, color.lighter(0.1), color.darker(0.2)));
            canvas.stroke(&Shape::at((-10.0, 72.0)).quad((4.0, 50.0), (24.0, 60.0)).open(), 1.6, BLACK.alpha(0.22));
            canvas.stroke(&Shape::at((-14.0, 58.0)).quad((6.0, 42.0), (26.0, 74.0)).open(), 1.6, BLACK.alpha(0.18));
            canvas.fill(&cap(w + 7.0, 74.0, 178.0), dark);
        }
        Hair::Ponytail => {
            let tail = Shape::at((34.0, 92.0))
                .curve((104.0, 84.0), (112.0, 170.0), (98.0, 226.0))
                .curve((94.0, 258.0), (100.0, 278.0), (84.0, 300.0))
                .curve((80.0, 262.0), (52.0, 220.0), (50.0, 160.0))
                .close();
            canvas.fill(&tail, Ink::Linear((60.0, 100.0), (100.0, 290.0), color, color.darker(0.35)));
            canvas.fill(&cap(w + 7.0, 75.0, 180.0), dark);
        }
        Hair::Headscarf => canvas.fill(&falling(w + 18.0, w + 30.0, 330.0), dark),
        Hair::Crew | Hair::SidePart | Hair::Quiff => canvas.fill(&cap(w + 4.0, 79.0, 176.0), dark),
        Hair::Bald => {}
    }
}

/// What of the hair is before the face, with its shadow on the forehead.
pub(super) fn front(canvas: &mut Canvas, person: &Person) {
    let color = person.hair_color;
    match person.hair {
        Hair::Bald => shine(canvas),
        Hair::Headscarf => headscarf(canvas, person),
        Hair::Crew => {
            let fringe =
                fringe(person, 77.0, &[(-0.86, 150.0), (-0.62, 122.0), (0.0, 112.0), (0.62, 122.0), (0.86, 150.0)]);
            canvas.fill(&fringe, Ink::Linear((0.0, 74.0), (0.0, 150.0), color.lighter(0.06), color.alpha(0.86)));
        }
        Hair::SidePart => {
            let path =
                fringe(person, 66.0, &[(-0.93, 158.0), (-0.72, 128.0), (-0.42, 110.0), (0.2, 128.0), (0.92, 158.0)]);
            lock(canvas, person, &path);
            strand(canvas, color, &[(-26.0, 108.0), (4.0, 84.0), (52.0, 112.0)]);
            strand(canvas, color, &[(-28.0, 102.0), (-46.0, 94.0), (-58.0, 132.0)]);
        }
        Hair::Quiff => {
            lock(canvas, person, &quiff(person));
            strand(canvas, color, &[(-42.0, 116.0), (-34.0, 78.0), (18.0, 66.0)]);
            strand(canvas, color, &[(-22.0, 114.0), (-6.0, 84.0), (40.0, 76.0)]);
            strand(canvas, color, &[(6.0, 114.0), (20.0, 96.0), (54.0, 96.0)]);
        }
        Hair::Curls | Hair::Afro => {
            let spread = if person.hair == Hair::Afro { (62.0, 14.0) } else { (56.0, 17.0) };
            let path =
                fringe(person, 76.0, &[(-0.97, 156.0), (-0.74, 124.0), (0.0, 114.0), (0.74, 124.0), (0.97, 156.0)]);
            canvas.fill(&path, color);
            curls(canvas, person, &Cloud { center: (0.0, 100.0), radii: spread, curl: 14.0, count: 34 });
        }
        Hair::Bob => {
            let path =
                fringe(person, 68.0, &[(-1.02, 236.0), (-0.88, 150.0), (0.1, 122.0), (0.7, 112.0), (1.02, 160.0)]);
            lock(canvas, person, &path);
            side_lock(canvas, person, 1.0, 240.0);
            strand(canvas, color, &[(26.0, 82.0), (-46.0, 92.0), (-66.0, 190.0)]);
            strand(canvas, color, &[(40.0, 88.0), (66.0, 110.0), (70.0, 180.0)]);
        }
        Hair::Long | Hair::Wavy => {
            let path =
                fringe(person, 66.0, &[(-1.02, 190.0), (-0.84, 148.0), (-0.1, 106.0), (0.74, 140.0), (1.02, 190.0)]);
            lock(canvas, person, &path);
            side_lock(canvas, person, -1.0, 300.0);
            side_lock(canvas, person, 1.0, 300.0);
            strand(canvas, color, &[(-8.0, 84.0), (-56.0, 96.0), (-68.0, 190.0)]);
            strand(canvas, color, &[(4.0, 84.0), (58.0, 98.0), (68.0, 190.0)]);
        }
        Hair::Bun | Hair::Ponytail => {
            let path =
                fringe(person, 72.0, &[(-0.97, 168.0), (-0.8, 126.0), (0.1, 104.0), (0.8, 122.0), (0.97, 168.0)]);
            lock(canvas, person, &path);
            strand(canvas, color, &[(-50.0, 130.0), (-30.0, 92.0), (10.0, 78.0)]);
            strand(canvas, color, &[(50.0, 128.0), (40.0, 96.0), (16.0, 80.0)]);
        }
    }
}

/// Hair from ear to ear over the top of the head down to a hairline, which is given as points: share of the half
/// width, and height.
fn fringe(person: &Person, top: f32, line: &[(f32, f32); 5]) -> Path {
    let side = person.face.cheek + 5.0;
    let [left, left_temple, forehead, right_temple, right] =
        line.map(|(share, y)| (share * (person.face.cheek + 2.0), y));
    let above = |temple: P| (f32::midpoint(temple.0, forehead.0), forehead.1 - 2.0);
    Shape::at((-side, left.1))
        .curve((-side - 5.0, 112.0), (-side * 0.72, top), (0.0, top))
        .curve((side * 0.72, top), (side + 5.0, 112.0), (side, right.1))
        .line(right)
        .quad((right_temple.0 + 4.0, right_temple.1 + 4.0), right_temple)
        .quad(above(right_temple), forehead)
        .quad(above(left_temple), left_temple)
        .quad((left_temple.0 - 4.0, left_temple.1 + 4.0), left)
        .close()
}

/// Hair brushed up and aside, short above the ears.
fn quiff(person: &Person) -> Path {
    let w = person.face.cheek + 4.0;
    Shape::at((-w, 156.0))
        .curve((-w - 4.0, 128.0), (-w - 1.0, 112.0), (-w + 4.0, 100.0))
        .curve((-w + 10.0, 72.0), (-22.0, 60.0), (10.0, 60.0))
        .curve((44.0, 58.0), (w + 2.0, 70.0), (w, 104.0))
        .curve((w + 4.0, 120.0), (w + 2.0, 140.0), (w, 156.0))
        .quad((w - 8.0, 138.0), (w - 12.0, 124.0))
        .curve((30.0, 108.0), (-16.0, 126.0), (-w + 14.0, 118.0))
        .quad((-w + 7.0, 138.0), (-w, 156.0))
        .close()
}

/// The front hair with its shadow below and light on it.
fn lock(canvas: &mut Canvas, person: &Person, path: &Path) {
    let color = person.hair_color;
    canvas.clipped(&face::outline(&person.face), |canvas| {
        let lower = tiny_skia::Transform::from_translate(3.0, 6.0);
        canvas.within(lower, |canvas| canvas.fill(path, person.skin.shade.darker(0.1).alpha(0.55)));
    });
    canvas.fill(path, shaded(color.lighter(0.09), color.darker(0.14)));
    canvas.clipped(path, |canvas| {
        let center = (-24.0, 92.0);
        canvas.oval(center, (44.0, 24.0), Ink::Radial(center, 40.0, WHITE.alpha(0.15), WHITE.alpha(0.0)));
    });
}

/// Hair that falls along a cheek, before the shoulder.
fn side_lock(canvas: &mut Canvas, person: &Person, side: f32, bottom: f32) {
    let (w, color) = (person.face.cheek, person.hair_color);
    let middle = f32::midpoint(170.0, bottom);
    let path = Shape::at((side * (w - 5.0), 146.0))
        .curve((side * (w + 2.0), 180.0), (side * (w - 9.0), middle), (side * (w - 2.0), bottom - 6.0))
        .quad((side * (w + 10.0), bottom + 6.0), (side * (w + 19.0), bottom - 12.0))
        .curve((side * (w + 22.0), middle), (side * (w + 14.0), 170.0), (side * (w + 6.0), 130.0))
        .close();
    canvas.fill(&path, Ink::Linear((0.0, 140.0), (0.0, bottom), color.lighter(0.03), color.darker(0.2)));
    strand(canvas, color, &[(side * (w + 4.0), 160.0), (side * (w + 9.0), middle), (side * (w + 6.0), bottom - 14.0)]);
}

fn strand(canvas: &mut Canvas, color: Color, &[from, over, to]: &[P; 3]) {
    let line = Shape::at(from).quad(over, to).open();
    let light = if color.brightness() > 0.45 { color.darker(0.3).alpha(0.4) } else { color.lighter(0.35).alpha(0.35) };
    canvas.stroke(&line, 1.5, light);
}

/// Hair that falls on both sides to `bottom`, `top_width` wide at the eyes and `width` below.
fn falling(top_width: f32, width: f32, bottom: f32) -> Path {
    Shape::symmetric(
        (0.0, 66.0),
        &[
            [(top_width * 0.75, 66.0), (top_width + 3.0, 104.0), (top_width, 165.0)],
            [(top_width, 200.0), (width + 4.0, 226.0), (width, bottom - 14.0)],
            [(width - 4.0, bottom + 4.0), (width * 0.5, bottom + 4.0), (0.0, bottom)],
        ],
    )
}

/// Hair close to the head.
fn cap(width: f32, top: f32, bottom: f32) -> Path {
    Shape::symmetric(
        (0.0, top),
        &[
            [(width * 0.72, top), (width + 2.0, top + 36.0), (width, bottom - 20.0)],
            [(width, bottom), (width * 0.6, bottom), (0.0, bottom)],
        ],
    )
}

fn waves(canvas: &mut Canvas, w: f32, color: Color) {
    for side in [-1.0, 1.0] {
        for (index, y) in [(0_u8, 190.0), (1, 222.0), (2, 254.0), (3, 284.0)] {
            let out = if index.is_multiple_of(2) { 14.0 } else { 20.0 };
            canvas.oval((side * (w + out - 6.0), y), (20.0, 26.0), color);
        }
    }
}

struct Cloud {
    center: P,
    radii: P,
    curl: f32,
    count: u8,
}

/// Many curls that fill an oval.
fn curls(canvas: &mut Canvas, person: &Person, cloud: &Cloud) {
    let color = person.hair_color;
    let mut dice = Dice::new(&["curls"]);
    let Cloud { center, radii, curl, count } = *cloud;
    canvas.oval(center, radii, color.darker(0.15));
    for index in 0..count {
        // The golden angle spreads them evenly, the farthest first.
        let angle = f32::from(index) * 2.399_963;
        let reach = (1.0 - f32::from(index) / f32::from(count)).sqrt();
        let place = (center.0 + angle.cos() * radii.0 * reach, center.1 + angle.sin() * radii.1 * reach);
        let radius = curl * dice.between(0.75, 1.0);
        let tone = color.mix(if dice.chance(50) { WHITE } else { BLACK }, dice.between(0.01, 0.06));
        canvas.circle(
            place,
            radius,
            Ink::Radial((place.0 - 3.0, place.1 - 4.0), radius * 1.2, tone.lighter(0.05), tone.darker(0.1)),
        );
    }
}

fn headscarf(canvas: &mut Canvas, person: &Person) {
    let (w, color) = (person.face.cheek, person.hair_color);
    let bottom = person.face.bottom;
    // One outline around the head, and the face's opening as a hole that is drawn as a thick rim.
    let band = fringe(person, 66.0, &[(-0.96, 200.0), (-0.86, 140.0), (0.0, 112.0), (0.86, 140.0), (0.96, 200.0)]);
    lock(canvas, person, &band);
    for side in [-1.0, 1.0] {
        let cheek = Shape::at((side * (w + 7.0), 140.0))
            .line((side * (w - 4.0), 150.0))
            .curve((side * (w - 3.0), 200.0), (side * (w - 16.0), bottom - 18.0), (0.0, bottom - 1.0))
            .line((0.0, bottom + 50.0))
            .line((side * (w + 6.0), bottom + 36.0))
            .curve((side * (w + 18.0), 220.0), (side * (w + 14.0), 170.0), (side * (w + 7.0), 140.0))
            .close();
        let (near, far) = if side < 0.0 {
            (color.lighter(0.05), color.darker(0.12))
        } else {
            (color.darker(0.05), color.darker(0.12))
        };
        canvas.fill(&cheek, Ink::Linear((side * w, 140.0), (0.0, bottom + 40.0), near, far));
    }
    let drape = Shape::at((-w - 8.0, bottom - 14.0))
        .curve((-50.0, bottom + 26.0), (20.0, bottom + 32.0), (w + 8.0, bottom - 20.0))
        .curve((w + 26.0, bottom + 20.0), (w + 40.0, bottom + 50.0), (w + 46.0, bottom + 74.0))
        .curve((30.0, bottom + 104.0), (-50.0, bottom + 100.0), (-w - 44.0, bottom + 70.0))
        .curve((-w - 30.0, bottom + 40.0), (-w - 20.0, bottom + 16.0), (-w - 8.0, bottom - 14.0))
        .close();
    canvas.fill(&drape, Ink::Linear((-60.0, bottom), (70.0, bottom + 90.0), color.lighter(0.07), color.darker(0.2)));
    for (rise, reach) in [(14.0, 0.0), (34.0, 8.0), (54.0, 16.0)] {
        let fold = Shape::at((-w - 12.0 - reach, bottom + rise))
            .curve(
                (-30.0, bottom + rise + 34.0),
                (30.0, bottom + rise + 30.0),
                (w + 14.0 + reach, bottom + rise - 10.0),
            )
            .open();
        canvas.stroke(&fold, 2.2, color.darker(0.35).alpha(0.45));
    }
}

fn shine(canvas: &mut Canvas) {
    let center = (-20.0, 108.0);
    canvas.oval(center, (22.0, 12.0), Ink::Radial(center, 22.0, WHITE.alpha(0.35), WHITE.alpha(0.0)));
}

fn shaded(upper: Color, lower: Color) -> Ink {
    Ink::Linear((-20.0, 70.0), (20.0, 250.0), upper, lower)
}
