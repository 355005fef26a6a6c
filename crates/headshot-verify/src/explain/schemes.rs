//! Every scheme that this crate knows, to be tried in turn.

use crate::{
    Scheme, SecretForm,
    provider::{headshotpro, scale, skylab, standardwebhooks},
};

/// A scheme, and how its provider shows secrets.
#[derive(Clone, Copy)]
pub(super) struct Known<'s> {
    pub(super) scheme: &'s Scheme,
    pub(super) form: SecretForm,
}

/// The schemes of every provider.
pub(super) static KNOWN: [Known<'_>; 5] = [
    Known { scheme: &headshotpro::TIMESTAMPED, form: SecretForm::Text },
    Known { scheme: &headshotpro::BODY, form: SecretForm::Text },
    Known { scheme: &skylab::SCHEME, form: SecretForm::Text },
    Known { scheme: &scale::HS256, form: SecretForm::Text },
    Known { scheme: &standardwebhooks::SCHEME, form: SecretForm::Whsec },
];
