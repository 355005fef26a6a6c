use std::collections::BTreeMap;
use std::mem::{replace, take};
use std::path::Path;
use std::sync::{Mutex, MutexGuard};

use crate::common::Dice;

/// So many bytes a disk writes as a whole.
const SECTOR: usize = 512;

/// What a folder's files would be after a power cut: what was synced, and of the rest whatever chance lets through.
pub(super) struct Disk(Mutex<State>);

/// What is to happen to a disk.
#[derive(Clone, Copy, Default)]
pub(super) struct Faults {
    /// After so many operations there are no more: the process is killed, or the power is cut.
    pub(super) cut_after: Option<u64>,
    /// After so many syncs so many fail.
    pub(super) failing_syncs: Option<(u64, u64)>,
    /// `PRAGMA synchronous=FULL` is answered with `NORMAL`.
    pub(super) is_normal: bool,
}

/// Files by their names.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

struct State {
    faults: Faults,
    files: BTreeMap<String, File>,
    refused_syncs: u64,
}

#[derive(Default)]
struct File {
    synced: Vec<u8>,
    /// What was done since the last sync.
    pending: Vec<Change>,
    /// Whether its name is in the folder for good.
    is_named: bool,
    /// Whether its name was removed since the folder was synced.
    is_removed: bool,
    /// Whether a sync failed, so that the system shows more than is here.
    is_stale: bool,
}

enum Change {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

/// The disk did not do it.
#[derive(Debug)]
pub(super) struct Refused;

impl Disk {
    pub(super) fn of(files: &Files) -> Self {
        let synced = |bytes: &Vec<u8>| File { synced: bytes.clone(), is_named: true, ..File::default() };
        let files = files.iter().map(|(name, bytes)| (name.clone(), synced(bytes))).collect();
        Self(Mutex::new(State { faults: Faults::default(), files, refused_syncs: 0 }))
    }

    /// What happens to it from now on.
    pub(super) fn begin(&self, faults: Faults) {
        self.state().faults = faults;
    }

    pub(super) fn is_off(&self) -> bool {
        self.state().faults.cut_after == Some(0)
    }

    pub(super) fn is_normal(&self) -> bool {
        self.state().faults.is_normal
    }

    pub(super) fn refused_syncs(&self) -> u64 {
        self.state().refused_syncs
    }

    pub(super) fn write(&self, path: &Path, at: usize, bytes: &[u8]) -> Result<(), Refused> {
        self.operate(|state| state.file(path).pending.push(Change::Write(at, bytes.to_vec())))
    }

    pub(super) fn truncate(&self, path: &Path, length: usize) -> Result<(), Refused> {
        self.operate(|state| state.file(path).pending.push(Change::Truncate(length)))
    }

    /// A sync that fails keeps nothing, and the next one has nothing more to write: so do Linux and most file systems.
    pub(super) fn sync(&self, path: &Path) -> Result<(), Refused> {
        self.operate(|state| {
            let fails = state.fails_to_sync();
            let file = state.file(path);
            let pending = take(&mut file.pending);
            if fails {
                file.is_stale = true;
                return Err(Refused);
            }
            for change in pending {
                change.apply(&mut file.synced, |_| true);
            }
            // With the first sync of a new file SQLite syncs its folder.
            if !replace(&mut file.is_named, true) {
                state.files.retain(|_, file| !file.is_removed);
            }
            Ok(())
        })?
    }

    /// Whether the system shows more than is here.
    pub(super) fn is_stale(&self, path: &Path) -> bool {
        self.state().file(path).is_stale
    }

    /// Somebody else than SQLite wrote the whole file anew, and synced it.
    pub(super) fn replace(&self, path: &Path, bytes: Vec<u8>) -> Result<(), Refused> {
        self.operate(|state| *state.file(path) = File { synced: bytes, is_named: true, ..File::default() })
    }

    /// Without a sync of the folder the file may come back.
    pub(super) fn delete(&self, path: &Path, is_synced: bool) -> Result<(), Refused> {
        self.operate(|state| {
            state.file(path).is_removed = true;
            if is_synced {
                state.files.retain(|_, file| !file.is_removed);
            }
        })
    }

    /// What is found when the power is back, with so many of a hundred unsynced sectors.
    pub(super) fn survivors(&self, dice: &Dice, percent: u64) -> Files {
        let state = self.state();
        let named = state.files.iter().filter(|(_, file)| file.is_named);
        named.map(|(name, file)| (name.clone(), file.survivor(dice, percent))).collect()
    }

    fn operate<T>(&self, operation: impl FnOnce(&mut State) -> T) -> Result<T, Refused> {
        let mut state = self.state();
        match &mut state.faults.cut_after {
            Some(0) => return Err(Refused),
            Some(left) => *left -= 1,
            None => {}
        }
        Ok(operation(&mut state))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

impl State {
    fn file(&mut self, path: &Path) -> &mut File {
        let file = self.files.entry(name(path)).or_default();
        if file.is_removed {
            // A new file of the same name.
            *file = File::default();
        }
        file
    }

    fn fails_to_sync(&mut self) -> bool {
        let fails = match &mut self.faults.failing_syncs {
            None | Some((_, 0)) => false,
            Some((0, failures)) => {
                *failures -= 1;
                true
            }
            Some((successes, _)) => {
                *successes -= 1;
                false
            }
        };
        self.refused_syncs += u64::from(fails);
        fails
    }
}

impl File {
    fn survivor(&self, dice: &Dice, percent: u64) -> Vec<u8> {
        let mut bytes = self.synced.clone();
        for change in &self.pending {
            change.apply(&mut bytes, |_| dice.below(100) < percent);
        }
        bytes
    }
}

impl Change {
    /// Carries it out as far as each sector, or the new length, comes through.
    fn apply(&self, file: &mut Vec<u8>, mut comes_through: impl FnMut(usize) -> bool) {
        match self {
            Self::Truncate(length) => {
                if comes_through(*length) {
                    file.truncate(*length);
                }
            }
            Self::Write(at, bytes) => {
                let mut from = *at;
                let end = at + bytes.len();
                while from < end {
                    let to = end.min((from / SECTOR + 1) * SECTOR);
                    if comes_through(from) {
                        file.resize(file.len().max(to), 0);
                        file[from..to].copy_from_slice(&bytes[from - at..to - at]);
                    }
                    from = to;
                }
            }
        }
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
