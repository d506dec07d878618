//! The `vpcflow` binary.

fn main() {}
