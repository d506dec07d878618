//! The `vpcflow` binary: parse, run, and turn the outcome into an exit code.

mod allocator;
mod cli;

use std::process::ExitCode;

use clap::Parser;
use cli::Cli;

/// The stack of every thread that plans or runs a query: an expression of ten thousand terms is a tree as deep. Pages
/// that are not touched cost nothing.
pub const STACK_BYTES: usize = 512 << 20;

fn main() -> ExitCode {
    allocator::keep_freed_memory();
    allocator::take_small_pages();
    tell_of_panics();
    let main = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run);
    match main.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        // The hook has told.
        Ok(Err(_)) => {
            vpcflow::temporary::remove_all();
            ExitCode::from(2)
        }
        Err(error) => {
            cli::tell(format_args!("error: no thread could be started: {error}"));
            ExitCode::from(2)
        }
    }
}

/// A panic is a fault of ours or of the engine's, in words a user can pass on; RUST_BACKTRACE=1 gives the developers'.
fn tell_of_panics() {
    if std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0") {
        return;
    }
    std::panic::set_hook(Box::new(|panic| {
        if vpcflow::temporary::is_ending() {
            return;
        }
        let what = panic.payload_as_str().unwrap_or("no words");
        let place = panic.location().map_or(String::new(), |place| {
            let file = place.file().rsplit('/').next().unwrap_or_default();
            format!(" ({file}:{})", place.line())
        });
        cli::tell(format_args!(
            "error: the program is at fault, not the logs: {what}{place}; if a query makes very large texts, make smaller \
             ones, else please report it with what RUST_BACKTRACE=1 prints"
        ));
    }));
}

fn run() -> ExitCode {
    let cli = Cli::parse();
    // Fetching ahead takes a connection for each object, and some systems allow a process 256 files unless it asks for
    // more. Where it may not, what finds no room is asked for again.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    cli::end_on_signals(cli.takes_interrupts());
    let runtime = match cli::workers::runtime() {
        Ok(runtime) => runtime,
        Err(error) => {
            cli::tell(format_args!("error: no threads could be started: {error}"));
            return ExitCode::from(2);
        }
    };
    let outcome = runtime.block_on(cli.run());
    // After a signal the thread that took it ends the process. What fails meanwhile, for want of files that it removed, is
    // no error to tell.
    while vpcflow::temporary::is_ending() {
        std::thread::park();
    }
    // A worker may be deep in an expression whose answer nobody waits for.
    runtime.shutdown_background();
    match outcome {
        Ok(outcome) => ExitCode::from(outcome.exit_code()),
        Err(error) => {
            cli::tell(format_args!("error: {}", cli::message(&error)));
            ExitCode::from(2)
        }
    }
}
