//! The terminal.

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    graft::cli::main()
}

#[cfg(target_arch = "wasm32")]
fn main() {}
