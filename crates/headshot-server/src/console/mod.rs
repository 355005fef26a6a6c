//! The operator's page: who is signed in to it, and the files that it is made of. What it shows, the commands show too.

mod page;
pub mod settings;
mod sign_ins;

use std::sync::{PoisonError, RwLock};

use jiff::Timestamp;
use tokio::sync::Semaphore;

pub(crate) use self::page::{File, Page};
use crate::api_keys::ApiKeys;
use crate::config::HostKey;
use crate::pace::{CONSOLE_LIFE, WRONG_KEY};
use crate::secret::Secret;
use sign_ins::SignIns;

const COOKIE: &str = "headshot_console";

/// So many wrong keys are answered at once, each after a pause.
const WRONG_KEYS_AT_ONCE: usize = 4;

/// The console of a server that has it switched on.
pub(crate) struct Console {
    key: RwLock<ApiKeys>,
    sign_ins: SignIns,
    wrong_keys: Semaphore,
    cookie_attributes: String,
}

/// Why a key signs nobody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyError {
    /// It is not the console's.
    Refused,
    /// It is not the console's, and too many such are tried.
    TooMany,
}

impl Console {
    /// The console below this URL, which browsers reach the server by.
    pub(crate) fn new(key: &Secret, public_url: &str) -> Self {
        let path = public_url.splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap_or_default();
        let secure = if public_url.starts_with("https:") { "; Secure" } else { "" };
        Self {
            key: RwLock::new(known(key)),
            sign_ins: SignIns::default(),
            wrong_keys: Semaphore::new(WRONG_KEYS_AT_ONCE),
            cookie_attributes: format!("Path={path}/console; HttpOnly; SameSite=Strict{secure}"),
        }
    }

    /// Takes over another key: whoever signed in with the one before is signed out.
    pub(crate) fn renew(&self, key: &Secret) {
        if !self.has(key.reveal()) {
            *self.key.write().unwrap_or_else(PoisonError::into_inner) = known(key);
            self.sign_ins.end_all();
        }
    }

    /// Signs in whoever has the key; answers with the cookie. However many wrong keys are tried, the right one is let in
    /// at once.
    pub(crate) async fn sign_in(&self, key: &str, now: Timestamp) -> Result<String, KeyError> {
        if self.has(key) {
            let token = self.sign_ins.begin(now);
            return Ok(format!("{COOKIE}={token}; Max-Age={}; {}", CONSOLE_LIFE.as_secs(), self.cookie_attributes));
        }
        let _turn = self.wrong_keys.try_acquire().map_err(|_| KeyError::TooMany)?;
        tokio::time::sleep(WRONG_KEY).await;
        Err(KeyError::Refused)
    }

    /// Whether one of these cookies is of somebody who is signed in; from now on it lasts longer.
    pub(crate) fn is_signed_in(&self, cookies: &[&str], now: Timestamp) -> bool {
        tokens(cookies).any(|token| self.sign_ins.go_on(token, now))
    }

    /// Ends what these cookies began; answers with the cookie that removes them.
    pub(crate) fn sign_out(&self, cookies: &[&str]) -> String {
        tokens(cookies).for_each(|token| self.sign_ins.end(token));
        format!("{COOKIE}=; Max-Age=0; {}", self.cookie_attributes)
    }

    fn has(&self, key: &str) -> bool {
        self.key.read().unwrap_or_else(PoisonError::into_inner).holder(key).is_some()
    }
}

fn known(key: &Secret) -> ApiKeys {
    ApiKeys::new(&[HostKey { name: "console".to_owned(), key: key.clone() }])
}

fn tokens<'c>(cookies: &'c [&str]) -> impl Iterator<Item = &'c str> {
    let pairs = cookies.iter().flat_map(|header| header.split(';'));
    pairs.filter_map(|pair| pair.trim().split_once('=').filter(|(name, _)| *name == COOKIE)).map(|(_, token)| token)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_767_323_045, 0);

    fn console(public_url: &str) -> Console {
        Console::new(&Secret::new("the-console-key-of-tests"), public_url)
    }

    #[tokio::test]
    async fn the_cookie_is_for_the_console_alone_and_secure_where_the_server_is() {
        let cases = [
            ("https://headshots.example.test", "Path=/console; HttpOnly; SameSite=Strict; Secure"),
            ("https://example.test/headshots", "Path=/headshots/console; HttpOnly; SameSite=Strict; Secure"),
            ("http://localhost:8787", "Path=/console; HttpOnly; SameSite=Strict"),
        ];
        for (url, attributes) in cases {
            let cookie = console(url).sign_in("the-console-key-of-tests", NOW).await.unwrap();
            assert!(cookie.ends_with(&format!("; Max-Age=28800; {attributes}")), "{cookie}");
        }
    }

    #[tokio::test]
    async fn a_cookie_is_found_among_others() {
        let console = console("http://localhost:8787");
        let cookie = console.sign_in("the-console-key-of-tests", NOW).await.unwrap();
        let pair = cookie.split(';').next().unwrap();
        assert!(console.is_signed_in(&["a=b", &format!("other=1; {pair}; more=2")], NOW));
        assert!(!console.is_signed_in(&["headshot_console=", "headshot_console", "x"], NOW));
        assert!(!console.is_signed_in(&[&format!("x{pair}")], NOW));
    }

    #[tokio::test]
    async fn another_key_signs_out_and_the_same_one_does_not() {
        let console = console("http://localhost:8787");
        let cookie = console.sign_in("the-console-key-of-tests", NOW).await.unwrap();
        console.renew(&Secret::new("the-console-key-of-tests"));
        assert!(console.is_signed_in(&[&cookie], NOW));
        console.renew(&Secret::new("another-console-key"));
        assert!(!console.is_signed_in(&[&cookie], NOW));
        assert!(console.sign_in("another-console-key", NOW).await.is_ok());
        assert_eq!(console.sign_in("the-console-key-of-tests", NOW).await, Err(KeyError::Refused));
    }

    #[tokio::test(start_paused = true)]
    async fn wrong_keys_wait_and_lock_nobody_out() {
        let console = std::sync::Arc::new(console("http://localhost:8787"));
        let began = tokio::time::Instant::now();
        let guesses: Vec<_> = (0..WRONG_KEYS_AT_ONCE)
            .map(|guess| {
                let console = std::sync::Arc::clone(&console);
                tokio::spawn(async move { console.sign_in(&format!("guess {guess}"), NOW).await })
            })
            .collect();
        tokio::task::yield_now().await;
        assert_eq!(console.sign_in("one more guess", NOW).await, Err(KeyError::TooMany));
        assert!(console.sign_in("the-console-key-of-tests", NOW).await.is_ok());
        assert_eq!(began.elapsed(), std::time::Duration::ZERO);
        for guess in guesses {
            assert_eq!(guess.await.unwrap(), Err(KeyError::Refused));
        }
        assert_eq!(began.elapsed(), WRONG_KEY);
    }
}
