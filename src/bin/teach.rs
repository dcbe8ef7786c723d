//! The page with all its places.

#[cfg(target_arch = "wasm32")]
fn main() {
    graft::view::app::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This program is for browsers: build it for wasm32-unknown-unknown with `make build`.");
    std::process::exit(2);
}
