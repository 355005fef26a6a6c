//! What JavaScript calls. It writes the link at [`input`] and reads the modules there; both fit into one buffer.

#![expect(unsafe_code, reason = "exported functions, and a buffer that only one thread can see")]

use std::cell::UnsafeCell;

/// Room for the longest link and for the largest code, whichever is more.
const ROOM: usize = 133 * 133;

struct OneThread(UnsafeCell<[u8; ROOM]>);

// SAFETY: this wasm is built without threads, so there is only one.
unsafe impl Sync for OneThread {}

static BUFFER: OneThread = OneThread(UnsafeCell::new([0; ROOM]));

#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Where the link goes and the modules are.
#[unsafe(no_mangle)]
extern "C" fn input() -> *mut u8 {
    BUFFER.0.get().cast()
}

/// Encodes the first `length` bytes of the buffer, and answers how many modules are there instead: none if it cannot.
#[unsafe(no_mangle)]
extern "C" fn encode(length: usize) -> usize {
    // SAFETY: one thread, and nothing else holds a reference to the buffer while this function runs.
    let buffer = unsafe { &mut *BUFFER.0.get() };
    let link = buffer.get(..length).and_then(|link| str::from_utf8(link).ok());
    let Some(modules) = link.and_then(crate::encode) else { return 0 };
    let Some(place) = buffer.get_mut(..modules.len()) else { return 0 };
    place.copy_from_slice(&modules);
    modules.len()
}
