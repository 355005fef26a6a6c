//! Numbers and ids that follow from a seed, so that a run can be repeated to the last digit.

use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

/// Makes ids and keys, each one different, all of them a function of the seed and of how many came before.
pub(crate) struct Ids {
    seed: [u8; 32],
    made: AtomicU64,
}

impl Ids {
    /// Ids for `purpose` that follow from `seed`, or that nobody can foresee if there is none.
    pub(crate) fn new(seed: Option<u64>, purpose: &str) -> Self {
        let seed = seed.map_or_else(unforeseeable, |seed| digest(&[&seed.to_be_bytes(), purpose.as_bytes()]));
        Self { seed, made: AtomicU64::new(0) }
    }

    /// The key for `purpose`: always the same for one seed.
    pub(crate) fn key(&self, purpose: &str) -> [u8; 32] {
        digest(&[&self.seed, b"key", purpose.as_bytes()])
    }

    /// 24 hexadecimal digits, the look of the provider's ids \[000\].
    pub(crate) fn object_id(&self) -> String {
        hex(&self.bytes()[..12])
    }

    /// 48 hexadecimal digits, too many to guess.
    pub(crate) fn token(&self) -> String {
        hex(&self.bytes()[..24])
    }

    /// A version 4 UUID (RFC 9562).
    pub(crate) fn uuid(&self) -> String {
        let mut bytes = self.bytes();
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let digits = hex(&bytes[..16]);
        [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
    }

    fn bytes(&self) -> [u8; 32] {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        digest(&[&self.seed, b"id", &number.to_be_bytes()])
    }
}

/// A short series of numbers that follows from a seed: `SplitMix64`, good enough to choose the colour of a tie.
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice that follow from `words`, and from their boundaries.
    pub(crate) fn new(words: &[&str]) -> Self {
        let parts: Vec<_> = words.iter().map(|word| digest(&[word.as_bytes()])).collect();
        let parts: Vec<&[u8]> = parts.iter().map(<[u8; 32]>::as_slice).collect();
        let hash = digest(&parts);
        Self(hash.first_chunk().map_or(0, |start| u64::from_be_bytes(*start)))
    }

    /// One of `choices`, which are not empty.
    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        let index = self.next() % choices.len() as u64;
        choices[usize::try_from(index).unwrap_or_default()]
    }

    /// A number between `low` and `high`.
    pub(crate) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// True `percent` times out of a hundred.
    pub(crate) fn chance(&mut self, percent: u8) -> bool {
        self.unit() * 100.0 < f32::from(percent)
    }

    fn unit(&mut self) -> f32 {
        // The upper 16 bits: as many as an f32 holds without rounding, with room to spare.
        let [high, low, ..] = self.next().to_be_bytes();
        f32::from(u16::from_be_bytes([high, low])) / 65_536.0
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// Numbers between 0 and 1 that follow from a seed and from what they are for.
pub(crate) struct Chance(Dice);

impl Chance {
    pub(crate) fn new(seed: u64, words: &[&str]) -> Self {
        let seed = seed.to_string();
        Self(Dice::new(&[&[seed.as_str()], words].concat()))
    }

    #[expect(clippy::cast_precision_loss, reason = "the upper 53 bits are as many as an f64 holds")]
    pub(crate) fn next(&mut self) -> f64 {
        (self.0.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The bytes in lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes that hexadecimal digits stand for.
pub(crate) fn unhex(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

fn digest(parts: &[&[u8]]) -> [u8; 32] {
    parts.iter().fold(Sha256::new(), Digest::chain_update).finalize().into()
}

fn unforeseeable() -> [u8; 32] {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).expect("the system gives random bytes");
    seed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_ids() {
        let (one, other) = (Ids::new(Some(7), "a"), Ids::new(Some(7), "a"));
        assert_eq!((one.object_id(), one.uuid()), (other.object_id(), other.uuid()));
        assert_ne!(one.object_id(), one.object_id());
        assert_ne!(Ids::new(Some(8), "a").object_id(), Ids::new(Some(7), "a").object_id());
        assert_ne!(Ids::new(Some(7), "b").object_id(), Ids::new(Some(7), "a").object_id());
        assert_ne!(Ids::new(None, "a").token(), Ids::new(None, "a").token());
    }

    #[test]
    fn ids_look_like_the_providers() {
        let ids = Ids::new(None, "a");
        assert_eq!(ids.object_id().len(), 24);
        let uuid = ids.uuid();
        assert_eq!(uuid.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        assert_eq!(&uuid[14..15], "4");
        assert!("89ab".contains(&uuid[19..20]), "{uuid}");
    }

    #[test]
    fn dice_stay_inside_their_bounds_and_know_the_boundaries_of_words() {
        let mut dice = Dice::new(&["a", "b"]);
        for _ in 0..1000 {
            assert!((2.0..3.0).contains(&dice.between(2.0, 3.0)));
            assert!([1, 2, 3].contains(&dice.pick(&[1, 2, 3])));
        }
        assert_ne!(Dice::new(&["ab", "c"]).next(), Dice::new(&["a", "bc"]).next());
    }
}
