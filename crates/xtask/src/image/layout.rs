//! The image by the OCI's specification: blobs that are named by their SHA-256, and what leads to them.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tar::{Builder, EntryType};

use super::layer::{AUTHORITIES, Layer, STATE, USER, add};
use crate::cache::make_folder;

const PORT: u16 = 8787;

/// Every file of the image.
pub(super) struct Layout {
    files: Vec<(String, Vec<u8>)>,
    /// The name by which registries know the image.
    pub(super) digest: String,
}

struct Blob {
    digest: String,
    descriptor: Value,
}

impl Layout {
    pub(super) fn new(layer: &Layer, version: &str, architecture: &str, created: Option<&str>) -> Self {
        let mut files = Vec::new();
        let config = config(&sha256(&layer.plain), version, architecture, created);
        let layer = blob(&mut files, "application/vnd.oci.image.layer.v1.tar+gzip", layer.packed.clone());
        let config = blob(&mut files, "application/vnd.oci.image.config.v1+json", json_bytes(&config));
        let kind = "application/vnd.oci.image.manifest.v1+json";
        let manifest = json!({
            "schemaVersion": 2, "mediaType": kind, "config": config.descriptor, "layers": [layer.descriptor],
        });
        let manifest = blob(&mut files, kind, json_bytes(&manifest));
        let mut listed = manifest.descriptor;
        listed["platform"] = json!({ "architecture": architecture, "os": "linux" });
        listed["annotations"] = json!({
            "io.containerd.image.name": format!("docker.io/library/headshot:{version}"),
            "org.opencontainers.image.ref.name": version,
        });
        let index = json!({
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [listed],
        });
        // For engines that read no OCI layout yet.
        let docker = json!([{
            "Config": blob_path(&config.digest),
            "RepoTags": [format!("headshot:{version}")],
            "Layers": [blob_path(&layer.digest)],
        }]);
        files.push(("index.json".to_owned(), json_bytes(&index)));
        files.push(("manifest.json".to_owned(), json_bytes(&docker)));
        files.push(("oci-layout".to_owned(), json_bytes(&json!({ "imageLayoutVersion": "1.0.0" }))));
        Self { files, digest: manifest.digest }
    }

    /// Writes it as an OCI image layout.
    pub(super) fn write_folder(&self, folder: &Path) -> Result<()> {
        make_folder(&folder.join("blobs/sha256"))?;
        for (path, bytes) in &self.files {
            let path = folder.join(path);
            fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }

    /// Writes the same as one file.
    pub(super) fn write_archive(&self, path: &Path) -> Result<()> {
        let mut tar = Builder::new(Vec::new());
        for folder in ["blobs/", "blobs/sha256/"] {
            add(&mut tar, folder, EntryType::Directory, 0o755, 0, &[])?;
        }
        for (name, bytes) in &self.files {
            add(&mut tar, name, EntryType::Regular, 0o644, 0, bytes)?;
        }
        fs::write(path, tar.into_inner()?).with_context(|| format!("cannot write {}", path.display()))
    }
}

/// How the OCI, as Go, calls a kind of machine.
pub(super) fn architecture(rust: &'static str) -> &'static str {
    match rust {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

/// How the program is run.
fn config(layer: &str, version: &str, architecture: &str, created: Option<&str>) -> Value {
    let mut config = json!({
        "architecture": architecture,
        "os": "linux",
        "rootfs": { "type": "layers", "diff_ids": [layer] },
        "history": [{ "created_by": "cargo xtask image" }],
        "config": {
            "User": format!("{USER}:{USER}"),
            "Entrypoint": ["/headshot"],
            "Cmd": ["serve"],
            "Env": [
                "PATH=/",
                format!("SSL_CERT_FILE=/{AUTHORITIES}"),
                // Photos are there on their way into a storage.
                format!("TMPDIR=/{STATE}"),
                format!("HEADSHOT_LISTEN=0.0.0.0:{PORT}"),
                format!("HEADSHOT_DATABASE_URL=sqlite:/{STATE}/headshot.db"),
            ],
            "ExposedPorts": { format!("{PORT}/tcp"): {} },
            "Volumes": { format!("/{STATE}"): {} },
            "WorkingDir": format!("/{STATE}"),
            "StopSignal": "SIGTERM",
            // The OCI has no such field; Docker reads it, and others leave it alone.
            "Healthcheck": {
                "Test": ["CMD", "/headshot", "health"],
                "Interval": 10_000_000_000_u64,
                "Timeout": 15_000_000_000_u64,
                "StartPeriod": 10_000_000_000_u64,
                "Retries": 3,
            },
            "Labels": {
                "org.opencontainers.image.title": "headshot",
                "org.opencontainers.image.description": "opens headshot sessions, receives webhooks, keeps the photos",
                "org.opencontainers.image.version": version,
                "org.opencontainers.image.licenses": env!("CARGO_PKG_LICENSE"),
                "org.opencontainers.image.source": env!("CARGO_PKG_REPOSITORY"),
            },
        },
    });
    if let Some(created) = created {
        config["created"] = json!(created);
        config["history"][0]["created"] = json!(created);
    }
    config
}

fn blob(files: &mut Vec<(String, Vec<u8>)>, kind: &str, bytes: Vec<u8>) -> Blob {
    let digest = sha256(&bytes);
    let descriptor = json!({ "mediaType": kind, "digest": digest, "size": bytes.len() });
    files.push((blob_path(&digest), bytes));
    Blob { digest, descriptor }
}

fn blob_path(digest: &str) -> String {
    format!("blobs/{}", digest.replace(':', "/"))
}

fn json_bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold("sha256:".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(bytes: &str) -> Layout {
        let layer = Layer { plain: bytes.into(), packed: format!("packed {bytes}").into() };
        Layout::new(&layer, "1.2.3", "amd64", Some("2026-01-02T03:04:05Z"))
    }

    fn file<'l>(layout: &'l Layout, path: &str) -> &'l [u8] {
        &layout.files.iter().find(|(name, _)| name == path).unwrap_or_else(|| panic!("{path}")).1
    }

    fn parsed(layout: &Layout, path: &str) -> Value {
        serde_json::from_slice(file(layout, path)).unwrap()
    }

    #[test]
    fn the_same_program_makes_the_same_image_and_another_one_another() {
        assert_eq!(layout("program").files, layout("program").files);
        assert_eq!(layout("program").digest, layout("program").digest);
        assert_ne!(layout("program").digest, layout("Program").digest);
    }

    #[test]
    fn everything_is_found_by_its_digest_from_the_index_on() {
        let layout = layout("program");
        let found = |descriptor: &Value| {
            let digest = descriptor["digest"].as_str().unwrap();
            let bytes = file(&layout, &blob_path(digest));
            assert_eq!((sha256(bytes).as_str(), descriptor["size"].as_u64().unwrap()), (digest, bytes.len() as u64));
            bytes
        };
        let index = parsed(&layout, "index.json");
        let manifest: Value = serde_json::from_slice(found(&index["manifests"][0])).unwrap();
        assert_eq!(index["manifests"][0]["digest"], layout.digest);
        assert_eq!(found(&manifest["layers"][0]), b"packed program");
        let config: Value = serde_json::from_slice(found(&manifest["config"])).unwrap();
        assert_eq!(config["rootfs"]["diff_ids"], json!([sha256(b"program")]));
        let docker = parsed(&layout, "manifest.json");
        let path = |descriptor: &Value| json!(blob_path(descriptor["digest"].as_str().unwrap()));
        assert_eq!(docker[0]["Config"], path(&manifest["config"]));
        assert_eq!(docker[0]["Layers"], json!([path(&manifest["layers"][0])]));
    }

    #[test]
    fn it_is_run_by_a_number_that_is_not_roots() {
        let config = config("sha256:0", "1.2.3", "amd64", None);
        assert_eq!(config["config"]["User"], "65532:65532");
        assert_eq!(config["config"]["Healthcheck"]["Test"], json!(["CMD", "/headshot", "health"]));
        assert_eq!(config.get("created"), None);
    }
}
