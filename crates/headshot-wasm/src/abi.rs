//! What JavaScript calls: numbers go in and out, and bytes through two buffers in this module's memory.
//!
//! A call first asks for room ([`input`]), writes its bytes there, and calls with their lengths; a text that comes back
//! is read at [`output`]. Whatever is passed, nothing outside of the two buffers is read or written.
//!
//! It is written by hand: in a measured try, wasm-bindgen with numbers and one text for each header cost 5 % more bytes,
//! 6 % more time for 1 KiB and 0.6 ms more at the start, and saved 14 % of the lines on both sides and all `unsafe` of
//! this file; with objects it cost 11 % more bytes and 40 % more time. The package already weighs more than it should.

#![expect(unsafe_code, reason = "an exported function, and a state that only one thread can see")]

use core::{cell::RefCell, panic::PanicInfo};

use crate::module::Module;

#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Ends in a trap, which JavaScript sees as a `RuntimeError`; nothing in a delivery leads here.
#[panic_handler]
fn trap(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

struct OneThread(RefCell<Module>);

// SAFETY: this wasm is built without threads, so there is only one.
unsafe impl Sync for OneThread {}

static MODULE: OneThread = OneThread(RefCell::new(Module::new()));

/// Declares an exported function that is a method of [`Module`].
macro_rules! exported {
    ( $( $(#[$meta:meta])* fn $name:ident( $( $argument:ident: $type:ty ),* ) $( -> $answer:ty )?; )+ ) => { $(
        $(#[$meta])*
        // SAFETY: no other function of this wasm has the name.
        #[unsafe(no_mangle)]
        extern "C" fn $name( $( $argument: $type ),* ) $( -> $answer )? {
            // No exported function calls another.
            let Ok(mut borrowed) = MODULE.0.try_borrow_mut() else { core::arch::wasm32::unreachable() };
            let module: &mut Module = &mut borrowed;
            module.$name( $( $argument ),* )
        }
    )+ };
}

exported! {
    fn input(bytes: usize) -> *mut u8;
    fn output() -> *const u8;
    fn refusal() -> usize;
}

#[cfg(feature = "verdict")]
exported! {
    fn make(
        settings: usize, scheme: usize, secrets: usize, tolerance_seconds: f64, max_age_seconds: f64, flags: usize
    ) -> usize;
    fn number() -> f64;
    fn discard(verifier: usize);
    fn describe(verifier: usize) -> usize;
    fn check(verifier: usize, signature: isize, timestamp: isize, id: isize, body: usize, now: f64) -> isize;
}

#[cfg(feature = "events")]
exported! {
    fn look(body: usize) -> isize;
    fn most() -> *const usize;
    fn reference(provider: usize, body: usize, which: usize) -> isize;
}

#[cfg(feature = "tools")]
exported! {
    fn explain(
        settings: usize, scheme: usize, secrets: usize, headers: usize, body: usize, tolerance_seconds: f64,
        max_age_seconds: f64, flags: usize, now: f64
    ) -> usize;
    fn sign(settings: usize, scheme: usize, secrets: usize, body: usize, id: usize, at: f64) -> usize;
}
