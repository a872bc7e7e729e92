//! The page is built into the binary: a new build of it must be noticed.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // A missing path would make Cargo run this every time.
    for path in ["../web/dist", "../web/dist/index.html"] {
        if std::path::Path::new(path).exists() {
            println!("cargo:rerun-if-changed={path}");
        }
    }
}
