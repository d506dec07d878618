//! The `vpcflow` binary.

use std::process::ExitCode;

use clap::Parser;

mod cli;

#[derive(Parser)]
#[command(version, about)]
enum Cli {
    Generate(cli::generate::Args),
}

fn main() -> ExitCode {
    let Cli::Generate(args) = Cli::parse();
    match cli::generate::run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("vpcflow: {error:#}");
            ExitCode::from(2)
        }
    }
}
