use tiny_skia::{Path, Transform};

use super::{
    canvas::{Canvas, Ink, P, Shape},
    color::{BLACK, Color, WHITE, rgb},
    face,
    person::{Hair, Person},
    shot::{Outfit, Shot},
};

pub(super) fn draw(canvas: &mut Canvas, person: &Person, shot: &Shot) {
    let build = if person.woman { 0.92 } else { 1.0 };
    match shot.outfit {
        Outfit::SuitAndTie if person.woman => suit(canvas, shot, build, |canvas| blouse(canvas, shot)),
        Outfit::SuitAndTie => suit(canvas, shot, build, |canvas| {
            shirt_front(canvas, shot.shirt);
            tie(canvas, shot.accent);
            collar(canvas, shot.shirt, 0.0);
        }),
        Outfit::SuitOpenCollar | Outfit::SuitWithScarf => {
            suit(canvas, shot, build, |canvas| open_shirt(canvas, shot.shirt));
        }
        Outfit::SuitOverKnit => suit(canvas, shot, build, |canvas| {
            canvas.fill(&torso(build, 30.0), shot.accent.mix(WHITE, 0.12));
            turtleneck(canvas, shot.accent.mix(WHITE, 0.12));
        }),
        Outfit::SuitOverBlouse if person.woman => suit(canvas, shot, build, |canvas| blouse(canvas, shot)),
        Outfit::SuitOverBlouse => suit(canvas, shot, build, |canvas| {
            // Narrower, so that the neckline stays inside the jacket's.
            canvas.within(Transform::from_scale(0.8, 1.0), |canvas| crew(canvas, build, shot.shirt));
        }),
        Outfit::Shirt => {
            body(canvas, &torso(build, 34.0), shot.shirt.mix(shot.jacket, 0.12));
            let opening = Shape::at((-37.0, 255.0)).line((-16.0, 280.0)).line((0.0, 316.0)).line((16.0, 280.0));
            canvas.clipped(&opening.line((37.0, 255.0)).close(), |canvas| face::neck(canvas, person));
            open_shirt(canvas, shot.shirt.mix(shot.jacket, 0.12));
        }
        Outfit::Turtleneck => {
            body(canvas, &torso(build, 32.0), shot.jacket);
            turtleneck(canvas, shot.jacket);
        }
        Outfit::Knit => crew(canvas, build, shot.accent.mix(shot.jacket, 0.35)),
    }
}

/// What lies over long hair: scarves.
pub(super) fn over_hair(canvas: &mut Canvas, person: &Person, shot: &Shot) {
    if shot.outfit == Outfit::SuitWithScarf && person.hair != Hair::Headscarf {
        scarf(canvas, shot.accent);
    }
}

/// Shoulders and chest, the neck hole `neck` wide to each side.
fn torso(build: f32, neck: f32) -> Path {
    let shoulder = 138.0 * build;
    Shape::symmetric(
        (0.0, 268.0),
        &[
            [(neck * 0.5, 268.0), (neck, 266.0), (neck + 3.0, 262.0)],
            [(neck + 18.0, 284.0), (shoulder - 40.0, 284.0), (shoulder - 14.0, 304.0)],
            [(shoulder + 10.0, 322.0), (shoulder + 16.0, 370.0), (shoulder + 18.0, 430.0)],
        ],
    )
}

fn body(canvas: &mut Canvas, path: &Path, color: Color) {
    canvas.fill(path, Ink::Linear((-110.0, 280.0), (120.0, 420.0), color.lighter(0.1), color.darker(0.18)));
    for side in [-1.0, 1.0] {
        let sleeve = Shape::at((side * 98.0, 420.0)).quad((side * 100.0, 372.0), (side * 88.0, 340.0)).open();
        canvas.stroke(&sleeve, 2.0, BLACK.alpha(0.16));
    }
}

/// A jacket, with what is under it drawn by `under`.
fn suit(canvas: &mut Canvas, shot: &Shot, build: f32, under: impl FnOnce(&mut Canvas)) {
    under(canvas);
    let color = shot.jacket;
    for side in [-1.0, 1.0] {
        let half = jacket_half(build, side);
        let (near, far) =
            if side < 0.0 { (color.lighter(0.12), color) } else { (color.darker(0.02), color.darker(0.24)) };
        canvas.fill(&half, Ink::Linear((side * 30.0, 280.0), (side * 130.0, 420.0), near, far));
        let sleeve = Shape::at((side * 100.0 * build, 420.0))
            .quad((side * 102.0 * build, 374.0), (side * 90.0 * build, 342.0))
            .open();
        canvas.stroke(&sleeve, 2.0, BLACK.alpha(0.22));
        lapel(canvas, color, side);
    }
    let pocket = Shape::at((50.0, 366.0)).line((76.0, 361.0)).line((77.0, 367.0)).line((51.0, 372.0)).close();
    canvas.fill(&pocket, color.darker(0.28));
    if color.brightness() < 0.45 && shot.outfit == Outfit::SuitAndTie {
        let square = Shape::at((53.0, 366.0))
            .line((60.0, 355.0))
            .line((66.0, 361.0))
            .line((72.0, 354.0))
            .line((74.0, 362.0))
            .close();
        canvas.fill(&square, shot.shirt);
    }
}

fn jacket_half(build: f32, side: f32) -> Path {
    let shoulder = 140.0 * build;
    Shape::at((side * 34.0, 258.0))
        .curve((side * 50.0, 282.0), (side * (shoulder - 40.0), 282.0), (side * (shoulder - 12.0), 302.0))
        .curve((side * (shoulder + 12.0), 322.0), (side * (shoulder + 18.0), 370.0), (side * (shoulder + 20.0), 430.0))
        .line((side * -3.0, 430.0))
        .line((-side, 392.0))
        .curve((side * 10.0, 350.0), (side * 26.0, 310.0), (side * 34.0, 258.0))
        .close()
}

fn lapel(canvas: &mut Canvas, color: Color, side: f32) {
    let point = |x: f32, y: f32| -> P { (side * x, y) };
    let shape = Shape::at(point(33.0, 257.0))
        .curve(point(44.0, 268.0), point(54.0, 278.0), point(60.0, 290.0))
        .line(point(70.0, 310.0))
        .line(point(54.0, 316.0))
        .line(point(66.0, 326.0))
        .curve(point(46.0, 352.0), point(18.0, 376.0), point(-1.0, 394.0))
        .curve(point(10.0, 350.0), point(26.0, 310.0), point(33.0, 257.0))
        .close();
    let tone = if color.brightness() < 0.2 { color.lighter(0.1) } else { color.lighter(0.05) };
    canvas.within(Transform::from_translate(side * 1.5, 3.0), |canvas| canvas.fill(&shape, BLACK.alpha(0.22)));
    canvas.fill(
        &shape,
        Ink::Linear(
            (side * 60.0, 270.0),
            (0.0, 394.0),
            tone.lighter(0.07),
            tone.darker(if side > 0.0 { 0.2 } else { 0.1 }),
        ),
    );
    canvas.stroke(&Shape::at(point(54.0, 316.0)).line(point(38.0, 306.0)).open(), 1.2, BLACK.alpha(0.25));
}

fn shirt_front(canvas: &mut Canvas, color: Color) {
    let front = Shape::at((-40.0, 262.0))
        .line((0.0, 282.0))
        .line((40.0, 262.0))
        .line((52.0, 430.0))
        .line((-52.0, 430.0))
        .close();
    canvas.fill(&front, Ink::Linear((-40.0, 270.0), (44.0, 400.0), color, color.darker(0.12)));
}

/// A collar whose wings stand `spread` apart.
fn collar(canvas: &mut Canvas, color: Color, spread: f32) {
    for side in [-1.0, 1.0] {
        let wing = Shape::at((side * 31.0, 250.0))
            .quad((side * 26.0, 268.0), (side * (2.0 + spread), 282.0 + spread * 0.8))
            .line((side * (22.0 + spread), 306.0))
            .quad((side * 38.0, 286.0), (side * 38.0, 258.0))
            .close();
        canvas.within(Transform::from_translate(0.0, 3.0), |canvas| canvas.fill(&wing, BLACK.alpha(0.14)));
        canvas.fill(&wing, if side < 0.0 { color } else { color.darker(0.06) });
        canvas.stroke(&wing, 0.9, color.darker(0.22).alpha(0.8));
    }
}

/// A shirt with the top button open.
fn open_shirt(canvas: &mut Canvas, color: Color) {
    let front =
        Shape::at((-37.0, 262.0)).line((-16.0, 280.0)).line((0.0, 316.0)).line((16.0, 280.0)).line((37.0, 262.0));
    let front = front.line((56.0, 430.0)).line((-56.0, 430.0)).close();
    canvas.fill(&front, Ink::Linear((-40.0, 270.0), (44.0, 400.0), color, color.darker(0.12)));
    canvas.stroke(&Shape::at((0.0, 316.0)).line((1.0, 430.0)).open(), 1.4, color.darker(0.25).alpha(0.8));
    for y in [338.0, 368.0, 398.0] {
        canvas.circle((4.5, y), 2.3, color.darker(0.2));
    }
    collar(canvas, color, 10.0);
}

fn tie(canvas: &mut Canvas, color: Color) {
    let blade = Shape::at((-8.0, 298.0)).line((8.0, 298.0)).line((17.0, 430.0)).line((-17.0, 430.0)).close();
    canvas.fill(&blade, Ink::Linear((-14.0, 300.0), (16.0, 320.0), color.lighter(0.08), color.darker(0.22)));
    canvas.clipped(&blade, |canvas| {
        for stripe in 0..6_u8 {
            let y = 312.0 + f32::from(stripe) * 22.0;
            canvas.stroke(&Shape::at((-24.0, y + 14.0)).line((24.0, y - 10.0)).open(), 3.2, WHITE.alpha(0.22));
        }
    });
    let knot = Shape::at((-12.0, 279.0))
        .line((12.0, 279.0))
        .quad((12.0, 290.0), (8.5, 300.0))
        .line((-8.5, 300.0))
        .quad((-12.0, 290.0), (-12.0, 279.0))
        .close();
    canvas.fill(&knot, Ink::Linear((-10.0, 280.0), (12.0, 298.0), color.lighter(0.14), color.darker(0.12)));
}

fn blouse(canvas: &mut Canvas, shot: &Shot) {
    let color = shot.shirt;
    let front = Shape::at((-42.0, 264.0))
        .curve((-30.0, 290.0), (-14.0, 312.0), (0.0, 326.0))
        .curve((14.0, 312.0), (30.0, 290.0), (42.0, 264.0))
        .line((56.0, 430.0))
        .line((-56.0, 430.0))
        .close();
    canvas.fill(&front, Ink::Linear((-40.0, 280.0), (40.0, 400.0), color, color.mix(shot.jacket, 0.2)));
    canvas.stroke(
        &Shape::at((-12.0, 330.0)).quad((-4.0, 360.0), (-10.0, 400.0)).open(),
        1.6,
        color.darker(0.2).alpha(0.6),
    );
    canvas.stroke(
        &Shape::at((14.0, 326.0)).quad((10.0, 350.0), (16.0, 390.0)).open(),
        1.6,
        color.darker(0.2).alpha(0.6),
    );
    let chain = Shape::at((-30.0, 270.0))
        .curve((-20.0, 294.0), (-8.0, 302.0), (0.0, 304.0))
        .curve((8.0, 302.0), (20.0, 294.0), (30.0, 270.0))
        .open();
    canvas.stroke(&chain, 1.3, rgb(0xe0_bf72));
    canvas.circle((0.0, 306.0), 3.0, rgb(0xe9_cf8e));
}

fn turtleneck(canvas: &mut Canvas, color: Color) {
    let roll = Shape::symmetric(
        (0.0, 256.0),
        &[
            [(18.0, 256.0), (34.0, 250.0), (35.0, 246.0)],
            [(40.0, 262.0), (41.0, 276.0), (42.0, 284.0)],
            [(24.0, 298.0), (10.0, 298.0), (0.0, 298.0)],
        ],
    );
    canvas.within(Transform::from_translate(0.0, 5.0), |canvas| canvas.fill(&roll, BLACK.alpha(0.16)));
    canvas.fill(&roll, Ink::Linear((-38.0, 0.0), (42.0, 0.0), color.lighter(0.14), color.darker(0.2)));
    canvas.clipped(&roll, |canvas| {
        for rib in 0..13_u8 {
            let x = -36.0 + f32::from(rib) * 6.0;
            canvas.stroke(&Shape::at((x, 246.0)).line((x * 1.08, 300.0)).open(), 1.1, BLACK.alpha(0.12));
        }
    });
}

fn crew(canvas: &mut Canvas, build: f32, color: Color) {
    let neckline = Shape::at((-40.0, 258.0)).curve((-34.0, 300.0), (34.0, 300.0), (40.0, 258.0));
    let lower = neckline.line((47.0, 264.0)).curve((44.0, 316.0), (-44.0, 316.0), (-47.0, 264.0)).close();
    // The skin below the neck shows above the neckline, so that the body begins under it.
    let shoulders = Shape::at((-40.0, 260.0)).curve((-34.0, 302.0), (34.0, 302.0), (40.0, 260.0));
    let shoulder = 138.0 * build;
    let body_below = shoulders
        .curve((54.0, 284.0), (shoulder - 40.0, 284.0), (shoulder - 14.0, 304.0))
        .curve((shoulder + 10.0, 322.0), (shoulder + 16.0, 370.0), (shoulder + 18.0, 430.0))
        .line((-shoulder - 18.0, 430.0))
        .curve((-shoulder - 16.0, 370.0), (-shoulder - 10.0, 322.0), (-shoulder + 14.0, 304.0))
        .curve((-shoulder + 40.0, 284.0), (-54.0, 284.0), (-40.0, 260.0))
        .close();
    body(canvas, &body_below, color);
    canvas.fill(&lower, Ink::Linear((-40.0, 0.0), (44.0, 0.0), color.lighter(0.12), color.darker(0.16)));
    canvas.stroke(
        &Shape::at((-46.0, 268.0)).curve((-42.0, 317.0), (42.0, 317.0), (46.0, 268.0)).open(),
        1.2,
        BLACK.alpha(0.2),
    );
}

fn scarf(canvas: &mut Canvas, color: Color) {
    let tail = Shape::at((6.0, 296.0)).line((34.0, 292.0)).line((44.0, 412.0)).line((10.0, 414.0)).close();
    canvas.fill(&tail, Ink::Linear((10.0, 300.0), (44.0, 410.0), color, color.darker(0.25)));
    canvas.stroke(&Shape::at((22.0, 300.0)).line((28.0, 412.0)).open(), 1.8, BLACK.alpha(0.15));
    let wrap = Shape::at((-46.0, 252.0))
        .curve((-30.0, 276.0), (30.0, 278.0), (46.0, 250.0))
        .curve((60.0, 262.0), (62.0, 282.0), (52.0, 296.0))
        .curve((24.0, 318.0), (-28.0, 318.0), (-54.0, 294.0))
        .curve((-62.0, 280.0), (-58.0, 262.0), (-46.0, 252.0))
        .close();
    canvas.fill(&wrap, Ink::Linear((-50.0, 256.0), (54.0, 306.0), color.lighter(0.12), color.darker(0.14)));
    for drop in [12.0, 24.0, 34.0] {
        let fold = Shape::at((-52.0, 258.0 + drop))
            .curve((-24.0, 286.0 + drop * 0.7), (24.0, 286.0 + drop * 0.7), (52.0, 254.0 + drop))
            .open();
        canvas.stroke(&fold, 1.8, BLACK.alpha(0.14));
    }
}
