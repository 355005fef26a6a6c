//! What JavaScript needs besides `JSON.parse` to read an event of the bytes that were checked.

use alloc::string::String;

use headshot_verify::{
    Payload as _, References,
    binding::{self, Look},
    provider::{headshotpro, scale, skylab, standardwebhooks},
};

use crate::module::{Module, split};

impl Module {
    /// Reads the body in the input as strictly as an event. Answers less than 0 if it is none, by as much as the code has
    /// letters that is put out; else 1 if JavaScript would write some number otherwise, and 2 more if there is something
    /// [`most`](Self::most).
    pub(crate) fn look(&mut self, body: usize) -> isize {
        let [body] = split(&self.input, [body]);
        match binding::looked(body) {
            Ok(Look { has_unusual_numbers, most }) => {
                self.most = most.unwrap_or_default();
                isize::from(has_unusual_numbers) | isize::from(most.is_some()) << 1
            }
            Err(error) => self.put_out(error.code().into()).wrapping_neg(),
        }
    }

    /// Where JavaScript may read the four numbers of [`Look::most`].
    pub(crate) const fn most(&self) -> *const usize {
        self.most.as_ptr()
    }

    /// Puts out an id in the body in the input, before which lies the provider's name. Answers its
    /// length, or -1 if there is none.
    pub(crate) fn reference(&mut self, provider: usize, body: usize, which: usize) -> isize {
        let [provider, body] = split(&self.input, [provider, body]);
        reference(provider, body, which).map_or(-1, |id| self.put_out(id))
    }

    fn put_out(&mut self, text: String) -> isize {
        self.output = text;
        isize::try_from(self.output.len()).unwrap_or_default()
    }
}

/// The id for session, person or event in a body of `provider`, whether or not it is an event; which one, counted from 0.
fn reference(provider: &[u8], body: &[u8], which: usize) -> Option<String> {
    let References { session, person, event_id, .. } = match provider {
        b"headshotpro" => headshotpro::Event::references(body),
        b"skylab" => skylab::Event::references(body),
        b"scale" => scale::Event::references(body),
        b"standardwebhooks" => standardwebhooks::Event::references(body),
        _ => References::default(),
    };
    match which {
        0 => session,
        1 => person,
        _ => event_id,
    }
}
