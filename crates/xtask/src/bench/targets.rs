//! What the verifier promises, beside what was measured. Nothing here fails: the table says `met` or `not met`.

use anyhow::Result;

use super::figures::{Figures, Spread};
use super::machine::has_sha;
use super::sizes::Sizes;
use super::table::Table;

pub(crate) const MAIN: &str = "headshot-verify";
pub(crate) const ALONE: &str = "headshot-verify/verify";
pub(crate) const BY_HAND: &str = "node:crypto by hand";
pub(crate) const EMPTY: &str = "an empty module";
/// Node has to find a package before it loads it, which no package can help.
const EMPTY_PACKAGE: &str = "an empty package";
const TOKENS: &str = "headshot-verify, scale";
const JOSE: &str = "jose jwtVerify, CryptoKey kept";
const EVENT: &str = "headshot-verify, event read";
const STRIPE: &str = "stripe constructEvent";
const HASH_WASM: &str = "hash-wasm, HMAC object kept";
/// Peers whose SHA-256 is not the one of node:crypto, which uses the processor's instructions for it.
const WITHOUT_NODE_CRYPTO: [&str; 5] = ["standardwebhooks", "svix", "@noble/hashes", HASH_WASM, "WebCrypto, key kept"];

const MOST_OF_BY_HAND: f64 = 1.25;
/// Within so much, two are level.
const LEVEL: f64 = 1.05;
const MOST_BYTES: [(&str, u64); 2] = [(MAIN, 40_000), (ALONE, 18_000)];
const MOST_START_MS: f64 = 3.0;

/// Everything that was measured.
pub(crate) struct Measured {
    pub(crate) node: Figures,
    pub(crate) native: Figures,
    pub(crate) start: Figures,
    pub(crate) sizes: Sizes,
    /// The features of the processor that speed up SHA-256.
    pub(crate) processor: Vec<String>,
}

impl Measured {
    /// The promises with their figures.
    pub(crate) fn targets(&self) -> Result<Table> {
        let mut targets = Targets::new();
        self.speed(&mut targets)?;
        self.native(&mut targets)?;
        self.weight(&mut targets)?;
        for (entry, empty) in [(MAIN, EMPTY), (MAIN, EMPTY_PACKAGE), (ALONE, EMPTY), (ALONE, EMPTY_PACKAGE)] {
            let above = self.start.difference(entry, empty, "verdict")?;
            let promise = format!("{entry}: to a verdict ≤ {MOST_START_MS} ms above {empty}");
            targets.add(promise, format!("{:.1} ms", above.median), above.median <= MOST_START_MS);
        }
        Ok(targets.0)
    }

    fn speed(&self, targets: &mut Targets) -> Result<()> {
        for entry in [MAIN, ALONE] {
            let ratio = self.node.ratio(entry, BY_HAND, "1")?;
            let promise = format!("{entry}, 1 KiB: ≤ {MOST_OF_BY_HAND} × node:crypto");
            targets.add(promise, shown(ratio), ratio.median <= MOST_OF_BY_HAND);
        }
        for size in ["1", "8"] {
            let (nearest, ratio) = self.nearest(size)?;
            let promise = format!("{size} KiB: ahead of every peer without node:crypto");
            targets.add(promise, format!("nearest {}: {}", short(nearest), shown(ratio)), ratio.median > 1.0);
        }
        for size in ["1", "8", "64"] {
            let ratio = self.node.ratio(STRIPE, EVENT, size)?;
            let promise = format!("{size} KiB, event read: ahead of {STRIPE}");
            targets.add(promise, format!("{STRIPE}: {}", shown(ratio)), ratio.median > 1.0);
        }
        let ratio = self.node.ratio(JOSE, TOKENS, "1")?;
        targets.add("a token: ahead of jose".to_owned(), format!("jose: {}", shown(ratio)), ratio.median > 1.0);
        let ratio = self.node.ratio(HASH_WASM, MAIN, "64")?;
        targets.add(
            "64 KiB: not behind hash-wasm".to_owned(),
            format!("hash-wasm: {}", shown(ratio)),
            ratio.median >= 1.0,
        );
        Ok(())
    }

    /// The peer without node:crypto that takes the fewest times as long as we do.
    fn nearest(&self, size: &str) -> Result<(&'static str, Spread)> {
        let mut nearest = (HASH_WASM, self.node.ratio(HASH_WASM, MAIN, size)?);
        for peer in WITHOUT_NODE_CRYPTO {
            let ratio = self.node.ratio(peer, MAIN, size)?;
            if ratio.median < nearest.1.median {
                nearest = (peer, ratio);
            }
        }
        Ok(nearest)
    }

    fn native(&self, targets: &mut Targets) -> Result<()> {
        for peer in ["ring", "aws-lc-rs"] {
            for size in ["1", "8"] {
                let ratio = self.native.ratio(MAIN, &format!("{peer}, by hand"), size)?;
                let promise = format!("native, {size} KiB: level with {peer} (≤ {LEVEL} ×)");
                if has_sha(&self.processor) {
                    targets.add(promise, shown(ratio), ratio.median <= LEVEL);
                } else {
                    targets.leave_open(promise, shown(ratio), "no sha_ni here");
                }
            }
        }
        Ok(())
    }

    fn weight(&self, targets: &mut Targets) -> Result<()> {
        let rivals = self.sizes.gzip("jose and standardwebhooks together", "browser")?;
        for (entry, most) in MOST_BYTES {
            for (form, column) in [("one file", "browser"), ("code and .wasm", "workerd")] {
                let bytes = self.sizes.gzip(entry, column)?;
                let promise = format!("{entry}, {form}: ≤ {most} B gzip (jose + standardwebhooks: {rivals} B)");
                targets.add(promise, format!("{bytes} B"), bytes <= most);
            }
        }
        Ok(())
    }

    /// For each size a sentence that names those who were faster than our main entry.
    pub(crate) fn ahead_of_us(&self) -> Result<Vec<String>> {
        ["1", "8", "64"].into_iter().map(|size| self.ahead_at(size)).collect()
    }

    fn ahead_at(&self, size: &str) -> Result<String> {
        let mut ahead = Vec::new();
        for peer in self.node.section("verdict").filter(|row| !row.name.starts_with(MAIN)) {
            let ratio = self.node.ratio(&peer.name, MAIN, size)?.median;
            if ratio < 1.0 {
                ahead.push(format!("{} ({ratio:.2} of our time)", peer.name));
            }
        }
        let ahead = if ahead.is_empty() { "nobody".to_owned() } else { ahead.join(", ") };
        Ok(format!("Ahead of us at {size} KiB: {ahead}."))
    }
}

pub(super) struct Targets(pub(super) Table);

impl Targets {
    pub(super) fn new() -> Self {
        Self(Table::new(&["target", "measured", ""]))
    }

    pub(super) fn add(&mut self, promise: String, measured: String, is_met: bool) {
        self.0.add([promise, measured, if is_met { "met" } else { "not met" }.to_owned()]);
    }

    fn leave_open(&mut self, promise: String, measured: String, reason: &str) {
        self.0.add([promise, measured, reason.to_owned()]);
    }
}

/// With one digit more than elsewhere, so that what is barely not met does not look like it.
fn shown(ratio: Spread) -> String {
    format!("{:.3} ±{:.0}%", ratio.median, ratio.percent())
}

/// A peer's name without how it is used.
fn short(name: &str) -> &str {
    name.split(',').next().unwrap_or(name)
}
