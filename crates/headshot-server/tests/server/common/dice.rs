use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Chance that its seed decides (`SplitMix64`), and a tally of what it dealt. Clones go on where the others are.
#[derive(Clone)]
pub(crate) struct Dice {
    state: Arc<Mutex<u64>>,
    dealt: Arc<Mutex<BTreeMap<&'static str, u32>>>,
}

impl Dice {
    pub(crate) fn of(seed: u64) -> Self {
        Self { state: Arc::new(Mutex::new(seed)), dealt: Arc::default() }
    }

    pub(crate) fn below(&self, limit: u64) -> u64 {
        let mut state = self.state.lock().unwrap();
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    /// Whether something of this name happens, in so many of a hundred cases.
    pub(crate) fn deals(&self, name: &'static str, percent: u64) -> bool {
        let is_dealt = self.below(100) < percent;
        if is_dealt {
            *self.dealt.lock().unwrap().entry(name).or_default() += 1;
        }
        is_dealt
    }

    pub(crate) fn choose<'i, T>(&self, items: &'i [T]) -> &'i T {
        &items[usize::try_from(self.below(items.len() as u64)).unwrap()]
    }

    /// How often each thing was dealt.
    pub(crate) fn dealt(&self) -> BTreeMap<&'static str, u32> {
        self.dealt.lock().unwrap().clone()
    }
}
