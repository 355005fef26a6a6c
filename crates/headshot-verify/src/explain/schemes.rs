//! Every scheme that this crate knows, to be tried in turn.

use core::iter;

use crate::{
    Provider, Scheme, SecretForm,
    provider::{headshotpro, scale::Scale, skylab, standardwebhooks},
};

/// A scheme, and how its provider shows secrets.
#[derive(Clone, Copy)]
pub(super) struct Known<'s> {
    pub(super) scheme: &'s Scheme,
    pub(super) form: SecretForm,
}

static SCALE: Scale = Scale::new();

/// The schemes of every provider.
pub(super) fn known() -> [Known<'static>; 5] {
    let no_headers = |_: &str| iter::empty::<&[u8]>();
    let text = |scheme| Known { scheme, form: SecretForm::Text };
    [
        text(&headshotpro::TIMESTAMPED),
        text(&headshotpro::BODY),
        text(&skylab::SCHEME),
        text(SCALE.scheme(&no_headers)),
        Known { scheme: &standardwebhooks::SCHEME, form: SecretForm::Whsec },
    ]
}
