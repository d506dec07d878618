//! The allocator: mimalloc, which keeps what the system's would give back to the kernel; what is in use is counted.
//!
//! Decoding takes and gives back a few megabytes for each object on every thread, and a detection some hundred. A page that
//! went back to the kernel costs more to get again, cleared, than to fill: a day's run is a tenth faster when nothing goes
//! back for ten seconds, and holds a twentieth more.

// An allocator is unsafe; and the calls into C libraries that are ours set numbers.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
#[cfg(target_os = "linux")]
use std::ffi::c_ulong;
use std::ffi::{c_int, c_long};
use std::sync::atomic::{AtomicIsize, Ordering};

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What is in use, in bytes, but for what threads have not told yet.
static IN_USE: AtomicIsize = AtomicIsize::new(0);

/// A thread tells of what it took and gave back once it is so much, in bytes: one counter for all, asked at each step, would
/// go from core to core.
const TOLD_BYTES: isize = 64 << 10;

thread_local! {
    static UNTOLD: Cell<isize> = const { Cell::new(0) };
}

/// What the program holds of memory, in bytes, without what the allocator keeps of what was given back.
pub fn bytes_in_use() -> usize {
    IN_USE.load(Ordering::Relaxed).try_into().unwrap_or(0)
}

/// Tells the rest, when a thread ends.
pub fn settle() {
    IN_USE.fetch_add(UNTOLD.take(), Ordering::Relaxed);
}

/// Mimalloc, counted.
struct Counting;

impl Counting {
    fn count(bytes: isize) {
        let untold = UNTOLD.get() + bytes;
        if untold.abs() < TOLD_BYTES {
            UNTOLD.set(untold);
        } else {
            UNTOLD.set(0);
            IN_USE.fetch_add(untold, Ordering::Relaxed);
        }
    }
}

// SAFETY: all is mimalloc's. The counters are numbers without a destructor: they are there as long as their thread is, and
// nothing is allocated for them. No size is above isize::MAX, by the rules of Layout.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Counting::count(layout.size() as isize);
        unsafe { MiMalloc.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        Counting::count(layout.size() as isize);
        unsafe { MiMalloc.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        Counting::count(-(layout.size() as isize));
        unsafe { MiMalloc.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        Counting::count(size as isize - layout.size() as isize);
        unsafe { MiMalloc.realloc(pointer, layout, size) }
    }
}

/// How long freed memory is kept before it goes back to the kernel, in milliseconds.
const PURGE_DELAY_MS: c_long = 10_000;

/// `mi_option_purge_delay` of mimalloc.h, which the crate has no name for.
const MI_OPTION_PURGE_DELAY: c_int = 15;

/// Has freed memory kept for a while, unless the environment says otherwise (`MIMALLOC_PURGE_DELAY`).
pub fn keep_freed_memory() {
    // SAFETY: mimalloc takes any option and number at any time, and leaves one alone that it doesn't know.
    unsafe { mi_option_set_default(MI_OPTION_PURGE_DELAY, PURGE_DELAY_MS) };
}

/// Has the kernel give memory in small pages only. Large ones gain nothing here, where each step works on a few megabytes,
/// take a fifth more of them, and have to be put together first where memory is in pieces: by then a day's run has lost a
/// tenth of its time, and sometimes a third.
pub fn take_small_pages() {
    #[cfg(target_os = "linux")]
    // SAFETY: this option takes four numbers and changes how page faults of this process are served.
    unsafe {
        prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
    }
}

/// Of linux/prctl.h.
#[cfg(target_os = "linux")]
const PR_SET_THP_DISABLE: c_int = 41;

#[cfg(target_os = "linux")]
unsafe extern "C" {
    fn prctl(option: c_int, is_on: c_ulong, unused: c_ulong, also: c_ulong, too: c_ulong) -> c_int;
}

// Of mimalloc.h.
unsafe extern "C" {
    fn mi_option_set_default(option: c_int, value: c_long);
    #[cfg(test)]
    fn mi_option_get(option: c_int) -> c_long;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_kernel_says_that_large_pages_are_off() {
        take_small_pages();
        let status = std::fs::read_to_string("/proc/self/status").expect("a status");
        // Kernels that were built without large pages don't say.
        let said = status.lines().find_map(|line| line.strip_prefix("THP_enabled:"));
        assert_eq!(said.map_or("0", str::trim), "0");
    }

    #[test]
    fn the_option_is_the_delay_of_which_a_second_is_the_default() {
        let delay = || unsafe { mi_option_get(MI_OPTION_PURGE_DELAY) };
        if std::env::var_os("MIMALLOC_PURGE_DELAY").is_none() {
            assert_eq!(delay(), 1000);
            keep_freed_memory();
            assert_eq!(delay(), PURGE_DELAY_MS);
        }
    }
}
