//! The `vpcflow` binary: parse, run, and turn the outcome into an exit code.

mod cli;

use std::process::ExitCode;

use clap::Parser;
use cli::Cli;

// Decoding takes and gives back a few megabytes per object on every thread. The system's allocator returns such
// blocks to the kernel and pays for fresh pages each time; mimalloc keeps them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.run().await {
        Ok(outcome) => ExitCode::from(outcome.exit_code()),
        Err(error) => {
            eprintln!("error: {}", cli::message(&error));
            ExitCode::from(2)
        }
    }
}
