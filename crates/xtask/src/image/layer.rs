//! The one layer: the program, the authorities that it trusts, the licences, and the folder that it keeps its state in.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};

use crate::workspace::Workspace;

/// Nobody in particular, and not root.
pub(super) const USER: u32 = 65532;

/// Where the state is kept, which nobody else may read.
pub(super) const STATE: &str = "data";

/// Where the system's authorities are looked for.
pub(super) const AUTHORITIES: &str = "etc/ssl/certs/ca-certificates.crt";

/// The layer's bytes, as they are and as they travel.
pub(super) struct Layer {
    pub(super) plain: Vec<u8>,
    pub(super) packed: Vec<u8>,
}

impl Layer {
    /// The same for the same program, whenever and wherever it is made.
    pub(super) fn of(program: &Path, workspace: &Workspace) -> Result<Self> {
        let read = |path: &Path| fs::read(path).with_context(|| format!("cannot read {}", path.display()));
        let mut tar = Builder::new(Vec::new());
        for folder in ["etc/", "etc/ssl/", "etc/ssl/certs/", "licenses/"] {
            add(&mut tar, folder, EntryType::Directory, 0o755, 0, &[])?;
        }
        add(&mut tar, &format!("{STATE}/"), EntryType::Directory, 0o700, USER, &[])?;
        add(&mut tar, AUTHORITIES, EntryType::Regular, 0o644, 0, authorities().as_bytes())?;
        for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
            let text = read(&workspace.path(licence))?;
            add(&mut tar, &format!("licenses/{licence}"), EntryType::Regular, 0o644, 0, &text)?;
        }
        add(&mut tar, "headshot", EntryType::Regular, 0o755, 0, &read(program)?)?;
        let plain = tar.into_inner()?;
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&plain)?;
        Ok(Self { packed: gzip.finish()?, plain })
    }
}

/// Adds an entry of the beginning of time.
pub(super) fn add(
    tar: &mut Builder<Vec<u8>>,
    path: &str,
    kind: EntryType,
    mode: u32,
    owner: u32,
    bytes: &[u8],
) -> Result<()> {
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_uid(owner.into());
    header.set_gid(owner.into());
    header.set_mtime(0);
    header.set_size(bytes.len() as u64);
    tar.append_data(&mut header, path, bytes).with_context(|| format!("cannot pack {path}"))
}

/// The roots that browsers trust, of the version that `Cargo.lock` names.
fn authorities() -> String {
    let mut text = String::new();
    for certificate in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
        text.push_str("-----BEGIN CERTIFICATE-----\n");
        for line in STANDARD.encode(certificate).as_bytes().chunks(64) {
            text.extend(line.iter().map(|byte| char::from(*byte)));
            text.push('\n');
        }
        text.push_str("-----END CERTIFICATE-----\n");
    }
    text
}
