//! The image, read by programs that are not ours, and run with nothing else around it.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use nix::unistd::geteuid;
use serde_json::Value;

use super::Image;
use super::layer::{STATE, USER};
use crate::build::Builder;
use crate::cache::remove_folder;
use crate::console;
use crate::process::{self, Running};

/// The server is told to stop after so long; none takes so long to start.
const LIFE: Duration = Duration::from_secs(15);

const SETTINGS: [&str; 6] = [
    "HEADSHOT_DATABASE_URL=sqlite:/data/headshot.db",
    "HEADSHOT_API_KEY=a-key-of-this-trial",
    "HEADSHOT_PUBLIC_URL=https://headshots.example.test",
    "HEADSHOTPRO_API_KEY=a-key-of-this-trial",
    "HEADSHOTPRO_WEBHOOK_SECRET=0123456789abcdef0123456789abcdef",
    "HEADSHOTPRO_BASE_URL=http://127.0.0.1:1/api/v2",
];

/// Has the image unpacked, and answers the folder that is its root then. What Docker would load is the same image.
pub(super) fn unpacked(builder: &Builder<'_>, image: &Image) -> Result<PathBuf> {
    let workspace = &builder.setup.workspace;
    let bundle = workspace.target("image-unpacked");
    remove_folder(&bundle)?;
    let mut unpack = builder.tools.command("umoci")?;
    unpack.arg("unpack").arg("--image").arg(format!("{}:{}", image.folder.display(), image.reference));
    if !geteuid().is_root() {
        unpack.arg("--rootless");
    }
    process::logged(unpack.arg(&bundle), &workspace.log("umoci"))?;
    let root = bundle.join("rootfs");
    let state = fs::metadata(root.join(STATE)).context("the image has no folder for the state")?;
    ensure!(state.mode() & 0o777 == 0o700, "others may look into the folder for the state");
    ensure!(!geteuid().is_root() || state.uid() == USER, "the folder for the state belongs to user {}", state.uid());
    console::done("umoci", "unpacks it");
    let archive = image.archive.display();
    let (by_oci, by_docker) =
        (format!("oci-archive:{archive}:{}", image.reference), format!("docker-archive:{archive}"));
    ensure!(inspected(builder, &by_oci)? == inspected(builder, &by_docker)?, "{archive} is not one image to everybody");
    console::done("skopeo", "reads it, as the OCI and as Docker would");
    Ok(root)
}

/// How an image is configured.
fn inspected(builder: &Builder<'_>, image: &str) -> Result<Value> {
    let config = process::captured(builder.tools.command("skopeo")?.args(["inspect", "--config", image]))?;
    serde_json::from_str(&config).with_context(|| format!("skopeo says no JSON about {image}"))
}

/// Starts the server as its own user in a root with nothing of this machine, has it asked, and has it ended after a while.
pub(super) fn serves(builder: &Builder<'_>, root: &Path) -> Result<()> {
    let log = builder.setup.workspace.log("image");
    let mut serve = inside(root, "127.0.0.1:0", "serve")?;
    process::log_to(&mut serve, &log)?;
    let mut server = Running::start(&mut serve)?;
    let mut address = None;
    let status = loop {
        let said = fs::read_to_string(&log)?;
        let listening = said.lines().find_map(|line| line.strip_prefix("headshot listening on http://"));
        if let (None, Some(listening)) = (&address, listening) {
            let told = process::captured(&mut inside(root, listening, "health")?)?;
            ensure!(told == "ready", "the server says that it is {told}");
            address = Some(listening.to_owned());
        }
        match server.ended()? {
            Some(status) => break status,
            None => thread::sleep(Duration::from_millis(50)),
        }
    };
    let (said, shown) = (process::tail(&log), status.success());
    ensure!(address.is_some() && shown, "the server does not serve in its root ({status}); it said:\n{said}");
    ensure!(root.join(STATE).join("headshot.db").is_file(), "the server left no database");
    console::done("in an empty root", "it serves as a user of its own, and ends when it is told to");
    Ok(())
}

/// A command of the program in the image, with the image's settings and those that everybody has to give.
fn inside(root: &Path, listen: &str, word: &str) -> Result<Command> {
    let owner = fs::metadata(root.join(STATE))?;
    let mut command = Command::new("env");
    if !geteuid().is_root() {
        let may = process::captured(Command::new("sudo").args(["-n", "true"])).is_ok();
        ensure!(may, "to try the image takes root, or a sudo that asks for no password");
        command = Command::new("sudo");
        command.args(["-n", "env"]);
    }
    command.args(["-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"]);
    command.arg(format!("HEADSHOT_LISTEN={listen}")).args(SETTINGS);
    command.args(["timeout", "--preserve-status", &LIFE.as_secs().to_string(), "chroot"]);
    command.arg(format!("--userspec={}:{}", owner.uid(), owner.gid())).arg(root).args(["/headshot", word]);
    Ok(command)
}
