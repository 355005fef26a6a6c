use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::pace::{CONSOLE_IDLE, CONSOLE_LIFE};
use crate::random;

/// So many browsers are signed in at once; the one that was used least lately gives way to a newcomer.
const MOST: usize = 64;

/// Who is signed in, by the SHA-256 of their tokens. Kept in memory: signing out is final, and so is a restart.
#[derive(Default)]
pub(super) struct SignIns(Mutex<HashMap<[u8; 32], SignIn>>);

struct SignIn {
    begun_at: Timestamp,
    used_at: Timestamp,
}

impl SignIns {
    /// Begins one and answers with its token.
    pub(super) fn begin(&self, now: Timestamp) -> String {
        let token = URL_SAFE_NO_PAD.encode(random::bytes::<32>());
        let mut all = self.living(now);
        if all.len() >= MOST {
            let least = all.iter().min_by_key(|(_, one)| one.used_at).map(|(id, _)| *id);
            least.map(|id| all.remove(&id));
        }
        all.insert(id(&token), SignIn { begun_at: now, used_at: now });
        token
    }

    /// Whether it is living; using it makes it last longer.
    pub(super) fn go_on(&self, token: &str, now: Timestamp) -> bool {
        self.living(now).get_mut(&id(token)).map(|one| one.used_at = now).is_some()
    }

    pub(super) fn end(&self, token: &str) {
        self.lock().remove(&id(token));
    }

    pub(super) fn end_all(&self) {
        self.lock().clear();
    }

    fn living(&self, now: Timestamp) -> MutexGuard<'_, HashMap<[u8; 32], SignIn>> {
        let mut all = self.lock();
        all.retain(|_, one| now < one.begun_at + CONSOLE_LIFE && now < one.used_at + CONSOLE_IDLE);
        all
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<[u8; 32], SignIn>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A look-up by it tells nothing through its timing: who could choose the SHA-256 of a guess would have broken SHA-256.
fn id(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_767_323_045, 0);

    #[test]
    fn lasts_as_long_as_it_is_used_and_no_longer_than_a_working_day() {
        let sign_ins = SignIns::default();
        let (used, unused) = (sign_ins.begin(NOW), sign_ins.begin(NOW));
        let mut now = NOW;
        while now + CONSOLE_IDLE / 2 < NOW + CONSOLE_LIFE {
            now += CONSOLE_IDLE / 2;
            assert!(sign_ins.go_on(&used, now), "{now}");
        }
        assert!(!sign_ins.go_on(&unused, now));
        assert!(!sign_ins.go_on(&used, NOW + CONSOLE_LIFE));
    }

    #[test]
    fn ends_for_good_and_alone() {
        let sign_ins = SignIns::default();
        let (one, other) = (sign_ins.begin(NOW), sign_ins.begin(NOW));
        sign_ins.end(&one);
        assert_eq!([sign_ins.go_on(&one, NOW), sign_ins.go_on(&other, NOW)], [false, true]);
    }

    #[test]
    fn takes_bounded_room() {
        let sign_ins = SignIns::default();
        let at = |index: usize| NOW + Duration::from_secs(index as u64);
        let tokens: Vec<_> = (0..=MOST).map(|index| sign_ins.begin(at(index))).collect();
        assert!(!sign_ins.go_on(&tokens[0], at(MOST)));
        assert!(tokens[1..].iter().all(|token| sign_ins.go_on(token, at(MOST))));
    }
}
