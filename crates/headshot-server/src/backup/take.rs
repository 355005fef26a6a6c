use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use indicatif::ProgressBar;
use serde_json::json;

use super::manifest::{self, FORMAT, Manifest};
use super::{BackupArgs, folder};
use crate::config::{Files, Photos};
use crate::durable::{create_folder, sync_folder};
use crate::operate::{OperateError, Told, progress};
use crate::store::{Folder, NamedFile, Snapshotted, SqliteObserver};

/// Backs the state up into a new folder.
///
/// # Errors
/// [`OperateError`] says whose fault it is; a folder without `backup.json` holds no finished backup.
pub fn backup(args: BackupArgs) -> Result<Told, OperateError> {
    let files = Files::try_from(args.files)?;
    let (to, database) = (args.to.as_path(), super::database_file(&files)?);
    if !folder::is_empty(to).map_err(folder::about(to))? {
        return Err(OperateError::Misuse(format!("{}: the folder is not empty; name a new one", to.display())));
    }
    let observer = SqliteObserver::open(database)?;
    for (folder, _) in files.photos.folders() {
        create_folder(&manifest::files(to, folder)).map_err(folder::about(to))?;
    }
    create_folder(to).map_err(folder::about(to))?;
    let mut copied = Copied::default();
    let snapshot = copy_database(&observer, to)?;
    for place in files.photos.folders() {
        copied.copy_files(place, &observer, &snapshot, to)?;
    }
    drop(snapshot);
    let manifest = finish(to, observer.name()?, copied, &files.photos).map_err(folder::about(to))?;
    Ok(told(&manifest, to, args.output.json))
}

/// What was copied besides the database.
#[derive(Default)]
struct Copied {
    files: usize,
    bytes: u64,
    missing: Vec<String>,
}

/// The database as it is now.
fn copy_database(observer: &SqliteObserver, to: &Path) -> Result<Snapshotted, OperateError> {
    let database = manifest::database(to);
    folder::create(&database).map_err(folder::about(&database))?;
    let spinner = ProgressBar::new_spinner().with_message("database");
    spinner.enable_steady_tick(Duration::from_millis(100));
    let snapshot = observer.copy_to(&database)?;
    spinner.finish_and_clear();
    Ok(snapshot)
}

impl Copied {
    /// The files of a folder that the copied database names.
    fn copy_files(
        &mut self,
        (folder, from): (Folder, &Path),
        observer: &SqliteObserver,
        snapshot: &Snapshotted,
        to: &Path,
    ) -> Result<(), OperateError> {
        let named = snapshot.files(folder)?;
        let bar = progress::bar("files", named.len() as u64);
        for NamedFile { name, .. } in named {
            let copy = manifest::files(to, folder).join(&name);
            match folder::copy(&from.join(&name), &copy) {
                Ok((_, length)) => {
                    self.files += 1;
                    self.bytes += length;
                }
                // It may have been removed since, with whoever it was of; then it is not in this backup either.
                Err(error) if error.kind() == ErrorKind::NotFound && !observer.uses_file(folder, &name)? => {
                    snapshot.forget_file(folder, &name)?;
                }
                Err(error) if error.kind() == ErrorKind::NotFound => self.missing.push(name),
                Err(error) => return Err(folder::about(&copy)(error)),
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(())
    }
}

fn finish(to: &Path, store: String, copied: Copied, photos: &Photos) -> std::io::Result<Manifest> {
    let Copied { files, bytes, missing } = copied;
    let database = manifest::database(to);
    fs::File::open(&database)?.sync_all()?;
    for (folder, _) in photos.folders() {
        sync_folder(&manifest::files(to, folder))?;
    }
    let (database_sha256, length) = folder::sha256(&database)?;
    let created_at = jiff::Timestamp::now().to_string();
    let bytes = bytes + length;
    let photos_in = photos.storage();
    let manifest = Manifest { format: FORMAT, created_at, store, database_sha256, files, bytes, missing, photos_in };
    manifest.write(to)?;
    sync_folder(to)?;
    Ok(manifest)
}

fn told(manifest: &Manifest, to: &Path, json: bool) -> Told {
    let Manifest { files, bytes, missing, photos_in, .. } = manifest;
    let is_fine = missing.is_empty();
    if json {
        let text =
            json!({ "files": files, "bytes": bytes, "missing": missing, "photosIn": photos_in }).to_string() + "\n";
        return Told { text, is_fine };
    }
    let to = to.display();
    let mut text = match photos_in {
        Some(storage) => format!(
            "backed up the database alone to {to}, {bytes} bytes\nits photos stay in {storage}, which this backup does not hold\n"
        ),
        None => format!("backed up the database and {files} files to {to}, {bytes} bytes\n"),
    };
    for name in missing {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "missing: the database names the file {name}, and it is not there");
    }
    Told { text, is_fine }
}
