//! A thin layer over `tiny-skia`: shapes that read like a drawing, and colours that may run into each other.

use tiny_skia::{
    FillRule, GradientStop, LineCap, LineJoin, LinearGradient, Mask, Paint, Path, PathBuilder, Pixmap, Point,
    RadialGradient, Shader, SpreadMode, Stroke, Transform,
};

use super::color::Color;

pub(super) type P = (f32, f32);

/// What a shape is filled with.
#[derive(Clone, Copy)]
pub(super) enum Ink {
    Flat(Color),
    /// From one colour at the first point to the other at the second.
    Linear(P, P, Color, Color),
    /// From one colour at the centre to the other at the radius.
    Radial(P, f32, Color, Color),
}

impl From<Color> for Ink {
    fn from(color: Color) -> Self {
        Self::Flat(color)
    }
}

pub(super) struct Canvas {
    pixmap: Pixmap,
    transform: Transform,
    mask: Option<Mask>,
}

impl Canvas {
    /// An empty canvas of so many pixels, drawn on through `transform`.
    pub(super) fn new(pixels: u32, transform: Transform) -> Self {
        let pixmap = Pixmap::new(pixels, pixels).expect("a canvas has pixels");
        Self { pixmap, transform, mask: None }
    }

    pub(super) fn into_pixmap(self) -> Pixmap {
        self.pixmap
    }

    pub(super) fn fill(&mut self, path: &Path, ink: impl Into<Ink>) {
        self.pixmap.fill_path(path, &paint(ink.into()), FillRule::Winding, self.transform, self.mask.as_ref());
    }

    pub(super) fn stroke(&mut self, path: &Path, width: f32, ink: impl Into<Ink>) {
        let stroke = Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
        self.pixmap.stroke_path(path, &paint(ink.into()), &stroke, self.transform, self.mask.as_ref());
    }

    pub(super) fn circle(&mut self, center: P, radius: f32, ink: impl Into<Ink>) {
        self.oval(center, (radius, radius), ink);
    }

    pub(super) fn oval(&mut self, center: P, radii: P, ink: impl Into<Ink>) {
        self.fill(&oval(center, radii), ink);
    }

    /// Draws through one more transformation.
    pub(super) fn within(&mut self, transform: Transform, draw: impl FnOnce(&mut Self)) {
        let outer = self.transform;
        self.transform = outer.pre_concat(transform);
        draw(self);
        self.transform = outer;
    }

    /// Draws only where `path` is, and where it was drawn anyway.
    pub(super) fn clipped(&mut self, path: &Path, draw: impl FnOnce(&mut Self)) {
        let outer = self.mask.take();
        self.mask = Some(self.narrowed(outer.as_ref(), path));
        draw(self);
        self.mask = outer;
    }

    fn narrowed(&self, mask: Option<&Mask>, path: &Path) -> Mask {
        if let Some(mut mask) = mask.cloned() {
            mask.intersect_path(path, FillRule::Winding, true, self.transform);
            return mask;
        }
        let mut mask = Mask::new(self.pixmap.width(), self.pixmap.height()).expect("a canvas has pixels");
        mask.fill_path(path, FillRule::Winding, true, self.transform);
        mask
    }
}

/// A shape in the making.
pub(super) struct Shape(PathBuilder);

impl Shape {
    pub(super) fn at((x, y): P) -> Self {
        let mut builder = PathBuilder::new();
        builder.move_to(x, y);
        Self(builder)
    }

    pub(super) fn line(mut self, (x, y): P) -> Self {
        self.0.line_to(x, y);
        self
    }

    pub(super) fn quad(mut self, (cx, cy): P, (x, y): P) -> Self {
        self.0.quad_to(cx, cy, x, y);
        self
    }

    pub(super) fn curve(mut self, (ax, ay): P, (bx, by): P, (x, y): P) -> Self {
        self.0.cubic_to(ax, ay, bx, by, x, y);
        self
    }

    /// The shape, closed.
    pub(super) fn close(mut self) -> Path {
        self.0.close();
        self.open()
    }

    /// The shape as a line with two ends.
    pub(super) fn open(self) -> Path {
        self.0.finish().expect("a shape has more than one point")
    }

    /// A closed shape that is the same on both sides of the y axis: the right side from top to bottom, as curves.
    pub(super) fn symmetric(top: P, right: &[[P; 3]]) -> Path {
        let mirrored = |(x, y): P| (-x, y);
        let mut shape = right.iter().fold(Self::at(top), |shape, &[a, b, end]| shape.curve(a, b, end));
        for (index, &[a, b, end]) in right.iter().enumerate().rev() {
            let start = if index == 0 { top } else { right[index - 1][2] };
            if end.0 != 0.0 {
                shape = shape.line(mirrored(end));
            }
            shape = shape.curve(mirrored(b), mirrored(a), mirrored(start));
        }
        shape.close()
    }
}

pub(super) fn oval((x, y): P, (rx, ry): P) -> Path {
    let bounds = tiny_skia::Rect::from_ltrb(x - rx, y - ry, x + rx, y + ry).expect("an oval has an inside");
    PathBuilder::from_oval(bounds).expect("an oval is a path")
}

fn paint(ink: Ink) -> Paint<'static> {
    let shader = match ink {
        Ink::Flat(color) => Shader::SolidColor(color.to_skia()),
        Ink::Linear(from, to, first, last) => {
            LinearGradient::new(point(from), point(to), stops(first, last), SpreadMode::Pad, Transform::identity())
                .unwrap_or_else(|| Shader::SolidColor(last.to_skia()))
        }
        Ink::Radial(center, radius, first, last) => RadialGradient::new(
            point(center),
            0.0,
            point(center),
            radius,
            stops(first, last),
            SpreadMode::Pad,
            Transform::identity(),
        )
        .unwrap_or_else(|| Shader::SolidColor(last.to_skia())),
    };
    Paint { shader, anti_alias: true, ..Paint::default() }
}

fn stops(first: Color, last: Color) -> Vec<GradientStop> {
    vec![GradientStop::new(0.0, first.to_skia()), GradientStop::new(1.0, last.to_skia())]
}

fn point((x, y): P) -> Point {
    Point::from_xy(x, y)
}
