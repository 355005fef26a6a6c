use tiny_skia::Path;

use super::{
    canvas::{Canvas, Ink, Shape, oval},
    color::{BLACK, Color, WHITE},
    shot::{Backdrop, Shot},
};
use crate::random::Dice;

pub(super) fn draw(canvas: &mut Canvas, shot: &Shot) {
    match shot.backdrop {
        Backdrop::Studio(light, dark) => studio(canvas, light, dark),
        Backdrop::Office(light, dark, number) => office(canvas, light, dark, number),
        Backdrop::Ring(light, dark) => ring(canvas, light, dark),
        Backdrop::Split(light, dark) => split(canvas, light, dark),
    }
    canvas.fill(&everything(), Ink::Radial((0.0, 180.0), 330.0, BLACK.alpha(0.0), BLACK.alpha(0.16)));
}

fn studio(canvas: &mut Canvas, light: Color, dark: Color) {
    canvas.fill(&everything(), Ink::Radial((-30.0, 150.0), 300.0, light, dark));
}

fn office(canvas: &mut Canvas, light: Color, dark: Color, number: u64) {
    let mut dice = Dice::new(&["office", &number.to_string()]);
    canvas.fill(&everything(), Ink::Linear((-200.0, 0.0), (160.0, 400.0), light, dark));
    for window in 0..4_u8 {
        let left = -200.0 + f32::from(window) * 110.0 + dice.between(-14.0, 14.0);
        let width = dice.between(48.0, 84.0);
        soft_panel(canvas, left, width, WHITE.alpha(dice.between(0.10, 0.22)));
    }
    for _ in 0..13 {
        let center = (dice.between(-200.0, 200.0), dice.between(0.0, 330.0));
        let radius = dice.between(12.0, 46.0);
        let glow = WHITE.alpha(dice.between(0.05, 0.2));
        canvas.circle(center, radius, Ink::Radial(center, radius * 1.25, glow, glow.alpha(0.02)));
    }
    canvas.fill(&everything(), Ink::Linear((0.0, 260.0), (0.0, 400.0), dark.alpha(0.0), dark.darker(0.25).alpha(0.55)));
}

/// A window out of focus: several panes, each a little wider and fainter.
fn soft_panel(canvas: &mut Canvas, left: f32, width: f32, color: Color) {
    for blur in 0..5_u8 {
        let grow = f32::from(blur) * 2.5;
        canvas.fill(&rectangle(left - grow, -5.0, width + 2.0 * grow, 300.0 + grow), color.mix(color.alpha(0.0), 0.72));
    }
}

fn ring(canvas: &mut Canvas, light: Color, dark: Color) {
    canvas.fill(&everything(), Ink::Linear((-200.0, 0.0), (200.0, 400.0), light, light.mix(dark, 0.45)));
    canvas.circle((0.0, 185.0), 158.0, Ink::Linear((-150.0, 40.0), (150.0, 330.0), dark.mix(light, 0.25), dark));
    canvas.stroke(&oval((0.0, 185.0), (174.0, 174.0)), 3.0, WHITE.alpha(0.45));
}

fn split(canvas: &mut Canvas, light: Color, dark: Color) {
    canvas.fill(&everything(), Ink::Linear((0.0, 0.0), (0.0, 400.0), light.lighter(0.25), light));
    let slope = Shape::at((40.0, 0.0)).line((200.0, 0.0)).line((200.0, 400.0)).line((-130.0, 400.0)).close();
    canvas.fill(&slope, Ink::Linear((200.0, 0.0), (-60.0, 400.0), dark, dark.mix(light, 0.35)));
}

fn everything() -> Path {
    rectangle(-200.0, 0.0, 400.0, 400.0)
}

fn rectangle(left: f32, top: f32, width: f32, height: f32) -> Path {
    let (right, bottom) = (left + width, top + height);
    Shape::at((left, top)).line((right, top)).line((right, bottom)).line((left, bottom)).close()
}
