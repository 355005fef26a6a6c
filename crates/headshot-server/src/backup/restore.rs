use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::manifest::{self, Manifest};
use super::{RestoreArgs, folder};
use crate::config::{Files, Photos, beside};
use crate::durable::{create_folder, sync_folder};
use crate::operate::{OperateError, Told, progress};
use crate::store::{Folder, NamedFile, Snapshotted, lock};

/// Restores a backup to where there is nothing yet.
///
/// All of it is made ready under other names first, so that what broke off is never taken for a whole.
///
/// # Errors
/// [`OperateError`] says whose fault it is; nothing is restored then.
pub fn restore(args: RestoreArgs) -> Result<Told, OperateError> {
    let files = Files::try_from(args.files)?;
    let (from, database) = (args.from.as_path(), super::database_file(&files)?);
    let manifest = Manifest::read(from)?;
    must_fit(&manifest, &files.photos)?;
    must_have_no_database(database)?;
    let parent = database.parent().unwrap_or(Path::new(""));
    create_folder(parent).map_err(folder::about(parent))?;
    // No server can start before the end.
    let _lock = lock(database)?;
    must_have_no_database(database)?;
    let ready = Ready::within(database, &files);
    ready.clear().map_err(folder::about(database))?;
    must_have_empty_folders(&files.photos)?;
    if let Err(error) = ready.fill(from, &manifest).and_then(|()| ready.put(database, &files)) {
        ready.clear().map_err(folder::about(database))?;
        return Err(error);
    }
    Ok(Told { text: told(&manifest, &files.photos, args.output.json), is_fine: true })
}

fn told(manifest: &Manifest, photos: &Photos, json: bool) -> String {
    let Manifest { files, created_at, .. } = manifest;
    match photos.storage() {
        storage if json => json!({ "files": files, "createdAt": created_at, "photosIn": storage }).to_string() + "\n",
        Some(storage) => {
            format!(
                "restored the database alone as it was at {created_at}\nits photos are those that {storage} has now\n"
            )
        }
        None => format!("restored the database and {files} files as they were at {created_at}\n"),
    }
}

/// A backup with photos goes into folders, and one without to where a storage has them.
fn must_fit(manifest: &Manifest, photos: &Photos) -> Result<(), OperateError> {
    match (&manifest.photos_in, photos.storage()) {
        (Some(storage), None) => Err(OperateError::Misuse(format!(
            "photos_elsewhere: the photos of this backup are in {storage}; name it with HEADSHOT_PHOTOS"
        ))),
        (None, Some(_)) => Err(OperateError::Misuse(
            "photos_in_backup: this backup holds photos, which are restored to folders; unset HEADSHOT_PHOTOS"
                .to_owned(),
        )),
        _ => Ok(()),
    }
}

/// What SQLite left of another database would be taken for a part of this one.
fn must_have_no_database(database: &Path) -> Result<(), OperateError> {
    let paths = ["", "-wal", "-shm", "-journal"].map(|suffix| beside(database, suffix));
    match paths.iter().find(|path| path.symlink_metadata().is_ok_and(|file| file.len() > 0)) {
        Some(path) => Err(occupied(path)),
        None => Ok(()),
    }
}

fn must_have_empty_folders(photos: &Photos) -> Result<(), OperateError> {
    for (_, path) in photos.folders() {
        if !folder::is_empty(path).map_err(folder::about(path))? {
            return Err(occupied(path));
        }
    }
    Ok(())
}

fn occupied(path: &Path) -> OperateError {
    let how = "name other places with --database-url, --photo-dir and --upload-dir, or move what is there away";
    OperateError::Misuse(format!("{}: there is something already; {how}", path.display()))
}

/// What is made ready under other names.
struct Ready {
    database: PathBuf,
    folders: Vec<(Folder, PathBuf)>,
}

impl Ready {
    /// On the disks where it is to be: each folder may be a disk of its own.
    fn within(database: &Path, files: &Files) -> Self {
        let folders = files.photos.folders().into_iter().map(|(folder, path)| (folder, path.join(".restoring")));
        Self { database: beside(database, ".restoring"), folders: folders.collect() }
    }

    /// Removes what an attempt that broke off left under our own names.
    fn clear(&self) -> io::Result<()> {
        let folders = self.folders.iter().map(|(_, path)| fs::remove_dir_all(path));
        for done in folders.chain([fs::remove_file(&self.database)]) {
            match done {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn fill(&self, from: &Path, manifest: &Manifest) -> Result<(), OperateError> {
        let database = manifest::database(from);
        let (sha256, _) = folder::copy(&database, &self.database).map_err(folder::about(&database))?;
        if sha256 != manifest.database_sha256 {
            return Err(damaged(&database));
        }
        let snapshot = Snapshotted::open(&self.database)?;
        snapshot.check()?;
        for (folder, path) in &self.folders {
            crate::photos::Folder::open(path, "", &manifest.store).map_err(folder::about(path))?;
            fill_folder(snapshot.files(*folder)?, manifest, &manifest::files(from, *folder), path)?;
        }
        Ok(())
    }

    /// Gives what is ready its name, the database last: without it no server takes the folders for its own.
    fn put(&self, database: &Path, files: &Files) -> Result<(), OperateError> {
        for ((_, path), (_, name)) in self.folders.iter().zip(files.photos.folders()) {
            move_files(path, name).map_err(folder::about(name))?;
        }
        rename(&self.database, database).map_err(folder::about(database))
    }
}

fn fill_folder(named: Vec<NamedFile>, manifest: &Manifest, from: &Path, to: &Path) -> Result<(), OperateError> {
    let bar = progress::bar("files", named.len() as u64);
    for NamedFile { name, sha256 } in named {
        bar.inc(1);
        if manifest.missing.contains(&name) {
            continue;
        }
        let file = from.join(&name);
        let (found, _) = folder::copy(&file, &to.join(&name)).map_err(folder::about(&file))?;
        if found != sha256 {
            return Err(damaged(&file));
        }
    }
    bar.finish_and_clear();
    sync_folder(to).map_err(folder::about(to))
}

fn damaged(path: &Path) -> OperateError {
    OperateError::Failed(format!("{}: the file is not the one that was backed up", path.display()))
}

/// From a folder to the one that it is in.
fn move_files(ready: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(ready)? {
        let entry = entry?;
        fs::rename(entry.path(), to.join(entry.file_name()))?;
    }
    fs::remove_dir(ready)?;
    sync_folder(to)
}

fn rename(ready: &Path, name: &Path) -> io::Result<()> {
    fs::rename(ready, name)?;
    sync_folder(name.parent().unwrap_or(Path::new("")))
}
