//! What the widget does in the browser. It compiles on every target and runs in a browser only.

mod camera;
mod capture;
mod dispatch;
mod dom;
mod figures;
mod focus;
mod follow;
mod frame;
mod phone;
mod photos;
mod place;
mod policy;
mod request;
mod style;
mod widget;

pub(crate) use place::Place;
pub(crate) use style::Style;
pub(crate) use widget::{Mounted, Options, Widget, mount};
