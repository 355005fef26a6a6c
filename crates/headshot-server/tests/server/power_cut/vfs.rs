//! SQLite's way to the system, in between of which a [`Disk`] sees what is written and synced. Files elsewhere are the
//! system's own.

#![expect(unsafe_code, non_snake_case, reason = "an interface of SQLite's, in its words")]

use std::collections::BTreeMap;
use std::ffi::{CStr, OsStr, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Arc, Mutex, Once};
use std::time::SystemTime;

use rusqlite::ffi::{
    SQLITE_FCNTL_PRAGMA, SQLITE_IOERR_DELETE, SQLITE_IOERR_FSYNC, SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_WRITE, SQLITE_OK,
    sqlite3_file, sqlite3_filename, sqlite3_int64, sqlite3_io_methods, sqlite3_vfs, sqlite3_vfs_find,
    sqlite3_vfs_register,
};

use super::disk::Disk;

static SYSTEM: AtomicPtr<sqlite3_vfs> = AtomicPtr::new(null_mut());
static DISKS: Mutex<BTreeMap<PathBuf, Arc<Disk>>> = Mutex::new(BTreeMap::new());

/// As long as this lives, SQLite's files in a folder are on a disk of the tests'.
pub(super) struct Mounted(PathBuf);

impl Mounted {
    pub(super) fn at(dir: &Path, disk: &Arc<Disk>) -> Self {
        static ONCE: Once = Once::new();
        ONCE.call_once(register);
        let dir = dir.canonicalize().unwrap();
        DISKS.lock().unwrap().insert(dir.clone(), Arc::clone(disk));
        Self(dir)
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        DISKS.lock().unwrap().remove(&self.0);
    }
}

fn register() {
    // SAFETY: SQLite's own structure stays for as long as the process, and what is registered is leaked.
    unsafe {
        let system = sqlite3_vfs_find(std::ptr::null());
        SYSTEM.store(system, Ordering::SeqCst);
        let size = c_int::try_from(size_of::<Watched>()).unwrap();
        let ours = sqlite3_vfs {
            szOsFile: (*system).szOsFile + size,
            pNext: null_mut(),
            zName: c"watched".as_ptr(),
            xOpen: Some(open),
            xDelete: Some(delete),
            ..*system
        };
        assert_eq!(sqlite3_vfs_register(Box::leak(Box::new(ours)), 1), SQLITE_OK);
    }
}

/// A file on one of the disks; the system's own follows it in memory.
#[repr(C)]
struct Watched {
    base: sqlite3_file,
    place: *mut Place,
}

struct Place {
    disk: Arc<Disk>,
    path: PathBuf,
}

impl Place {
    unsafe fn of_name(name: *const c_char) -> Option<Self> {
        if name.is_null() {
            return None;
        }
        // SAFETY: SQLite's names end with a zero.
        let path = PathBuf::from(OsStr::from_bytes(unsafe { CStr::from_ptr(name) }.to_bytes()));
        let disk = Arc::clone(DISKS.lock().unwrap().get(path.parent()?)?);
        Some(Self { disk, path })
    }

    unsafe fn of<'f>(file: *mut sqlite3_file) -> &'f Self {
        // SAFETY: only files that `open` made come here.
        unsafe { &*(*file.cast::<Watched>()).place }
    }
}

/// What SQLite itself writes to a file of which the system shows more than the disk has leaves it with this time.
fn mark(place: &Place) {
    if place.disk.is_stale(&place.path) {
        let file = std::fs::File::options().write(true).open(&place.path).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    }
}

/// So it is seen when the store has the system write the whole file.
fn notice_rewrite(place: &Place) {
    if place.disk.is_stale(&place.path)
        && let Ok(bytes) = std::fs::read(&place.path)
        && place.path.metadata().unwrap().modified().unwrap() != SystemTime::UNIX_EPOCH
    {
        let _ = place.disk.replace(&place.path, bytes);
    }
}

fn system_file(file: *mut sqlite3_file) -> *mut sqlite3_file {
    file.cast::<Watched>().wrapping_add(1).cast()
}

unsafe extern "C" fn open(
    _: *mut sqlite3_vfs,
    name: sqlite3_filename,
    file: *mut sqlite3_file,
    flags: c_int,
    opened: *mut c_int,
) -> c_int {
    // SAFETY: SQLite made room for `szOsFile` bytes, and what it hands over is handed on.
    unsafe {
        let system = SYSTEM.load(Ordering::SeqCst);
        let open = (*system).xOpen.unwrap();
        let Some(place) = Place::of_name(name) else { return open(system, name, file, flags, opened) };
        notice_rewrite(&place);
        let code = open(system, name, system_file(file), flags, opened);
        if code == SQLITE_OK {
            let place = Box::into_raw(Box::new(place));
            file.cast::<Watched>().write(Watched { base: sqlite3_file { pMethods: &raw const METHODS }, place });
        } else {
            (*file).pMethods = std::ptr::null();
        }
        code
    }
}

unsafe extern "C" fn delete(_: *mut sqlite3_vfs, name: *const c_char, sync_folder: c_int) -> c_int {
    // SAFETY: what SQLite hands over is handed on.
    unsafe {
        if let Some(place) = Place::of_name(name)
            && place.disk.delete(&place.path, sync_folder != 0).is_err()
        {
            return SQLITE_IOERR_DELETE;
        }
        let system = SYSTEM.load(Ordering::SeqCst);
        (*system).xDelete.unwrap()(system, name, sync_folder)
    }
}

/// What is left to the system as it is.
macro_rules! handed_on {
    ($($name:ident($($value:ident: $type:ty),*) -> $result:ty;)*) => {
        $(unsafe extern "C" fn $name(file: *mut sqlite3_file $(, $value: $type)*) -> $result {
            let file = system_file(file);
            // SAFETY: the system opened this file, and what SQLite hands over is handed on.
            unsafe { (*(*file).pMethods).$name.unwrap()(file $(, $value)*) }
        })*

        static METHODS: sqlite3_io_methods = sqlite3_io_methods {
            // Without memory maps of the file, which the store does not use.
            iVersion: 2,
            xClose: Some(close),
            xWrite: Some(write),
            xTruncate: Some(truncate),
            xSync: Some(sync),
            xFileControl: Some(control),
            xFetch: None,
            xUnfetch: None,
            $($name: Some($name),)*
        };
    };
}

handed_on! {
    xRead(bytes: *mut c_void, length: c_int, at: sqlite3_int64) -> c_int;
    xFileSize(size: *mut sqlite3_int64) -> c_int;
    xLock(lock: c_int) -> c_int;
    xUnlock(lock: c_int) -> c_int;
    xCheckReservedLock(is_locked: *mut c_int) -> c_int;
    xSectorSize() -> c_int;
    xDeviceCharacteristics() -> c_int;
    xShmMap(page: c_int, size: c_int, is_extended: c_int, map: *mut *mut c_void) -> c_int;
    xShmLock(offset: c_int, number: c_int, flags: c_int) -> c_int;
    xShmBarrier() -> ();
    xShmUnmap(is_deleted: c_int) -> c_int;
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    // SAFETY: the system opened this file, and nobody uses its place after it was closed.
    unsafe {
        drop(Box::from_raw((*file.cast::<Watched>()).place));
        let file = system_file(file);
        (*(*file).pMethods).xClose.unwrap()(file)
    }
}

unsafe extern "C" fn write(file: *mut sqlite3_file, bytes: *const c_void, length: c_int, at: sqlite3_int64) -> c_int {
    // SAFETY: SQLite hands over so many bytes, and what it hands over is handed on.
    unsafe {
        let (place, start) = (Place::of(file), usize::try_from(at).unwrap());
        let written = std::slice::from_raw_parts(bytes.cast::<u8>(), usize::try_from(length).unwrap());
        if place.disk.write(&place.path, start, written).is_err() {
            return SQLITE_IOERR_WRITE;
        }
        let file = system_file(file);
        let code = (*(*file).pMethods).xWrite.unwrap()(file, bytes, length, at);
        mark(place);
        code
    }
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: sqlite3_int64) -> c_int {
    // SAFETY: what SQLite hands over is handed on.
    unsafe {
        let place = Place::of(file);
        if place.disk.truncate(&place.path, usize::try_from(size).unwrap()).is_err() {
            return SQLITE_IOERR_TRUNCATE;
        }
        let file = system_file(file);
        let code = (*(*file).pMethods).xTruncate.unwrap()(file, size);
        mark(place);
        code
    }
}

/// What is synced is the disk's alone to know.
unsafe extern "C" fn sync(file: *mut sqlite3_file, _: c_int) -> c_int {
    // SAFETY: `open` made this file.
    let place = unsafe { Place::of(file) };
    let synced = place.disk.sync(&place.path);
    mark(place);
    if synced.is_ok() { SQLITE_OK } else { SQLITE_IOERR_FSYNC }
}

unsafe extern "C" fn control(file: *mut sqlite3_file, operation: c_int, value: *mut c_void) -> c_int {
    // SAFETY: with this operation SQLite hands over the name and the value of a pragma in memory of its own.
    unsafe {
        if operation == SQLITE_FCNTL_PRAGMA && Place::of(file).disk.is_normal() {
            let [_, name, value] = *value.cast::<[*mut c_char; 3]>();
            if CStr::from_ptr(name) == c"synchronous" && !value.is_null() && CStr::from_ptr(value) == c"FULL" {
                // The number for NORMAL.
                value.cast::<[u8; 2]>().write(*b"1\0");
            }
        }
        let file = system_file(file);
        (*(*file).pMethods).xFileControl.unwrap()(file, operation, value)
    }
}
