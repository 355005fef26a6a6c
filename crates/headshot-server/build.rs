//! Puts the console's page into the program: the files that `cargo xtask` left in the folder `console`, or none.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let folder =
        Path::new(&env::var_os("CARGO_MANIFEST_DIR").expect("cargo names the package's folder")).join("console");
    if folder.is_dir() {
        println!("cargo::rerun-if-changed={}", folder.display());
    }
    let entries: String = files(&folder).iter().map(|file| entry(file)).collect();
    let list = Path::new(&env::var_os("OUT_DIR").expect("cargo names a folder for what is made")).join("console.rs");
    fs::write(list, format!("&[{entries}]")).expect("the list of files can be written");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let is_hidden = |file: &PathBuf| file.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<_> = entries.filter(|file| file.is_file() && !is_hidden(file)).collect();
    files.sort();
    files
}

fn entry(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    format!("({name:?}, include_bytes!({:?})),", file.display().to_string())
}
