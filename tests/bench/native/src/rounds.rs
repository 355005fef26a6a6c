//! Times every row once per round, in another order each round.

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use http::HeaderMap;

use crate::peers::Peer;

const WARM_UP: Duration = Duration::from_millis(200);
/// The order of the rows is the same in every run.
const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

/// The microseconds of one call in each round, for each row.
type Figures = Vec<(&'static str, Vec<f64>)>;

/// How long to measure.
pub struct Plan {
    pub rounds: usize,
    /// How long one row runs in one round.
    pub slot: Duration,
}

struct Row {
    peer: Peer,
    calls: u32,
    microseconds: Vec<f64>,
}

impl Plan {
    /// Measures the rows in turns.
    pub fn run(&self, peers: Vec<Peer>, body: &[u8]) -> Result<Figures, Box<dyn Error>> {
        let mut rows = Vec::new();
        for peer in peers {
            prove(&peer, body)?;
            let calls = self.calls(&peer, body)?;
            rows.push(Row { peer, calls, microseconds: Vec::new() });
        }
        let mut random = SEED;
        for _ in 0..self.rounds {
            for place in shuffled(rows.len(), &mut random) {
                let row = &mut rows[place];
                // A new one every round: an old one would be too old in the end.
                let headers = (row.peer.sign)(body)?;
                row.microseconds.push(timed(&row.peer, &headers, body, row.calls)?);
            }
        }
        Ok(rows.into_iter().map(|row| (row.peer.name, row.microseconds)).collect())
    }

    /// How many calls fill a slot, found while warming up.
    fn calls(&self, peer: &Peer, body: &[u8]) -> Result<u32, Box<dyn Error>> {
        let headers = (peer.sign)(body)?;
        let started = Instant::now();
        let mut microseconds = f64::INFINITY;
        while started.elapsed() < WARM_UP {
            microseconds = microseconds.min(timed(peer, &headers, body, 16)?);
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
        Ok((self.slot.as_secs_f64() * 1e6 / microseconds).max(1.0) as u32)
    }
}

/// A row that accepts what it should refuse would be fast for nothing.
fn prove(peer: &Peer, body: &[u8]) -> Result<(), Box<dyn Error>> {
    let headers = (peer.sign)(body)?;
    let mut changed = body.to_vec();
    changed[body.len() / 2] ^= 1;
    if !(peer.accepts)(&headers, body) || (peer.accepts)(&headers, &changed) {
        return Err(format!("{} refuses a genuine delivery or accepts a changed one", peer.name).into());
    }
    Ok(())
}

fn timed(peer: &Peer, headers: &HeaderMap, body: &[u8], calls: u32) -> Result<f64, Box<dyn Error>> {
    let started = Instant::now();
    let accepted = (0..calls).filter(|_| (peer.accepts)(black_box(headers), black_box(body))).count();
    let took = started.elapsed();
    if accepted != calls as usize {
        return Err(format!("{} refused a genuine delivery", peer.name).into());
    }
    Ok(took.as_secs_f64() * 1e6 / f64::from(calls))
}

/// The numbers below `length` in some order.
fn shuffled(length: usize, random: &mut u64) -> Vec<usize> {
    let mut places: Vec<usize> = (0..length).collect();
    for last in (1..length).rev() {
        // Xorshift; good enough for an order.
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        #[expect(clippy::cast_possible_truncation, reason = "only an index is wanted")]
        places.swap(last, *random as usize % (last + 1));
    }
    places
}
