//! What the widget does in the browser. It compiles on every target and runs in a browser only.

mod camera;
mod dispatch;
mod dom;
mod follow;
mod frame;
mod request;
mod style;
mod widget;

pub(crate) use widget::{Mounted, Options, Widget, mount};
