use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use indicatif::ProgressBar;
use serde_json::json;

use super::manifest::{self, FORMAT, Manifest};
use super::{BackupArgs, folder};
use crate::config::Files;
use crate::durable::{create_folder, sync_folder};
use crate::operate::{OperateError, Told};
use crate::store::{Observer, PhotoFile, Snapshotted};

/// Backs the state up into a new folder.
///
/// # Errors
/// [`OperateError`] says whose fault it is; a folder without `backup.json` holds no finished backup.
pub fn backup(args: BackupArgs) -> Result<Told, OperateError> {
    let files = Files::try_from(args.files)?;
    let to = args.to.as_path();
    if !folder::is_empty(to).map_err(folder::about(to))? {
        return Err(OperateError::Misuse(format!("{}: the folder is not empty; name a new one", to.display())));
    }
    let observer = Observer::open(&files.database)?;
    create_folder(&manifest::photos(to)).map_err(folder::about(to))?;
    let snapshot = copy_database(&observer, to)?;
    let (photos, bytes, missing) = copy_photos(&files, &observer, &snapshot, to)?;
    drop(snapshot);
    let manifest = finish(to, observer.name()?, photos, bytes, missing).map_err(folder::about(to))?;
    Ok(told(&manifest, to, args.output.json))
}

/// The database as it is now.
fn copy_database(observer: &Observer, to: &Path) -> Result<Snapshotted, OperateError> {
    let database = manifest::database(to);
    folder::create(&database).map_err(folder::about(&database))?;
    let spinner = ProgressBar::new_spinner().with_message("database");
    spinner.enable_steady_tick(Duration::from_millis(100));
    let snapshot = observer.copy_to(&database)?;
    spinner.finish_and_clear();
    Ok(snapshot)
}

/// The files that the copied database names.
fn copy_photos(
    files: &Files,
    observer: &Observer,
    snapshot: &Snapshotted,
    to: &Path,
) -> Result<(usize, u64, Vec<String>), OperateError> {
    let named = snapshot.photo_files()?;
    let bar = folder::progress("photos", named.len());
    let (mut photos, mut bytes, mut missing) = (0, 0, Vec::new());
    for PhotoFile { name, .. } in named {
        let copy = manifest::photos(to).join(&name);
        match folder::copy(&files.photo_dir.join(&name), &copy) {
            Ok((_, length)) => {
                photos += 1;
                bytes += length;
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                // It may have been removed since, with whoever it was of; then it is not in this backup either.
                if observer.uses_file(&name)? {
                    missing.push(name);
                } else {
                    snapshot.forget_file(&name)?;
                }
            }
            Err(error) => return Err(folder::about(&copy)(error)),
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok((photos, bytes, missing))
}

fn finish(to: &Path, store: String, photos: usize, bytes: u64, missing: Vec<String>) -> std::io::Result<Manifest> {
    let database = manifest::database(to);
    fs::File::open(&database)?.sync_all()?;
    sync_folder(&manifest::photos(to))?;
    let (database_sha256, length) = folder::sha256(&database)?;
    let created_at = jiff::Timestamp::now().to_string();
    let bytes = bytes + length;
    let manifest = Manifest { format: FORMAT, created_at, store, database_sha256, photos, bytes, missing };
    manifest.write(to)?;
    sync_folder(to)?;
    Ok(manifest)
}

fn told(manifest: &Manifest, to: &Path, json: bool) -> Told {
    let Manifest { photos, bytes, missing, .. } = manifest;
    let is_fine = missing.is_empty();
    if json {
        let text = json!({ "photos": photos, "bytes": bytes, "missing": missing }).to_string() + "\n";
        return Told { text, is_fine };
    }
    let mut text = format!("backed up the database and {photos} photos to {}, {bytes} bytes\n", to.display());
    for name in missing {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "missing: the database names the photo {name}, and its file is not there");
    }
    Told { text, is_fine }
}
