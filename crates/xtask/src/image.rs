//! The server as a container's image: one static program and what it needs, made without a base image and without an
//! engine, and tried with programs that somebody else wrote.

mod layer;
mod layout;
mod trial;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

use crate::build::{Builder, development_program, remapped};
use crate::cache::{make_folder, remove_folder};
use crate::console;
use crate::process;
use crate::workspace::Workspace;

use layer::Layer;
use layout::Layout;

/// Compressed and with everything in it, as registries count.
const LARGEST: u64 = 20_000_000;

/// Whose program is in the image: this machine's kind, with nothing of its system.
pub(crate) fn target() -> String {
    format!("{}-unknown-linux-musl", env::consts::ARCH)
}

/// An image in `target/dist`: as a folder, and as one file for `docker load` and `podman load`.
struct Image {
    /// An OCI image layout.
    folder: PathBuf,
    archive: PathBuf,
    reference: String,
}

/// Builds the program for no system in particular, makes an image of it, and tries that.
pub(crate) fn run(builder: &Builder<'_>) -> Result<()> {
    console::heading("Image");
    builder.pages()?;
    let program = builder.static_program(&target())?;
    let dist = builder.setup.workspace.dist();
    let image = assemble(&builder.setup.workspace, &program, &dist)?;
    let root = trial::unpacked(builder, &image)?;
    trial::serves(builder, &root)?;
    console::note("in", &dist.display().to_string());
    print_sizes(&program, &image)
}

/// Makes an image of a program that cannot run in it and has others read it: what a test has time for.
pub(crate) fn rehearse(builder: &Builder<'_>) -> Result<()> {
    // This program, which another step may have built anew while it runs.
    let program = development_program(builder.setup, "xtask");
    let folder = builder.setup.workspace.target("image-rehearsal");
    let image = assemble(&builder.setup.workspace, &program, &folder)?;
    let root = trial::unpacked(builder, &image)?;
    let (unpacked, packed) = (fs::read(root.join("headshot"))?, fs::read(program)?);
    ensure!(unpacked == packed, "the program that others unpack is not the one that was packed");
    Ok(())
}

fn assemble(workspace: &Workspace, program: &Path, dist: &Path) -> Result<Image> {
    let version = workspace.version();
    let architecture = layout::architecture(env::consts::ARCH);
    let image = Image {
        folder: dist.join("image"),
        archive: dist.join(format!("headshot-{version}-{architecture}.tar")),
        reference: version.to_owned(),
    };
    let layer = Layer::of(program, workspace)?;
    let layout = Layout::new(&layer, version, architecture, commit_time(workspace).as_deref());
    remove_folder(&image.folder)?;
    make_folder(&image.folder)?;
    layout.write_folder(&image.folder)?;
    layout.write_archive(&image.archive)?;
    console::done("image", &layout.digest);
    Ok(image)
}

/// When the commit was made that the image is of; none outside of a clone.
fn commit_time(workspace: &Workspace) -> Option<String> {
    let mut git = Command::new("git");
    git.args(["log", "-1", "--format=%cd", "--date=format-local:%Y-%m-%dT%H:%M:%SZ"]).env("TZ", "UTC");
    process::captured(git.current_dir(workspace.root())).ok()
}

fn print_sizes(program: &Path, image: &Image) -> Result<()> {
    let size = |path: &Path| Ok::<_, anyhow::Error>(fs::metadata(path)?.len());
    let packed = size(&image.archive)?;
    console::note("program", &format!("{:>12} bytes", size(program)?));
    console::note("image", &format!("{packed:>12} bytes, {}", image.archive.display()));
    ensure!(packed <= LARGEST, "the image is larger than {LARGEST} bytes");
    Ok(())
}

impl Builder<'_> {
    /// Builds `headshot` for one of musl's targets, with none of the person's paths in it, and answers where it is.
    fn static_program(&self, target: &str) -> Result<PathBuf> {
        let workspace = &self.setup.workspace;
        console::note("static program", "building (a first build takes about 6 minutes) …");
        let words =
            ["rustc", "--release", "--locked", "-p", "headshot-server", "--bin", "headshot", "--target", target];
        let mut build = workspace.cargo(words);
        build.args(["--", "-Cstrip=symbols"]).env("CARGO_ENCODED_RUSTFLAGS", remapped(workspace, ""));
        process::logged(&mut build, &workspace.log("static-program"))?;
        Ok(workspace.target(&format!("{target}/release/headshot")))
    }
}
