use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use serde_json::json;

use super::manifest::{self, Manifest};
use super::{RestoreArgs, folder};
use crate::config::{Files, beside};
use crate::durable::{create_folder, sync_folder};
use crate::operate::{OperateError, Told};
use crate::photos::PhotoFiles;
use crate::store::{PhotoFile, Snapshotted, lock};

/// Restores a backup to where there is nothing yet.
///
/// Both are made ready under other names first, so that what broke off is never taken for a whole.
///
/// # Errors
/// [`OperateError`] says whose fault it is; nothing is restored then.
pub fn restore(args: RestoreArgs) -> Result<Told, OperateError> {
    let files = Files::try_from(args.files)?;
    let from = args.from.as_path();
    let manifest = Manifest::read(from)?;
    must_be_empty(&files)?;
    let parent = files.database.parent().unwrap_or(Path::new(""));
    create_folder(parent).map_err(folder::about(parent))?;
    // No server can start before the end.
    let _lock = lock(&files.database)?;
    must_be_empty(&files)?;
    let (database, photos) = (beside(&files.database, ".restoring"), beside(&files.photo_dir, ".restoring"));
    clear(&database, &photos).map_err(folder::about(&database))?;
    let restored = restore_database(from, &manifest, &database)
        .and_then(|()| restore_photos(from, &manifest, &database, &photos))
        .and_then(|()| put(&photos, &files.photo_dir).map_err(folder::about(&files.photo_dir)))
        .and_then(|()| put(&database, &files.database).map_err(folder::about(&files.database)));
    if let Err(error) = restored {
        clear(&database, &photos).map_err(folder::about(&database))?;
        return Err(error);
    }
    let (photos, created_at) = (manifest.photos, manifest.created_at);
    let text = if args.output.json {
        json!({ "photos": photos, "createdAt": created_at }).to_string() + "\n"
    } else {
        format!("restored the database and {photos} photos as they were at {created_at}\n")
    };
    Ok(Told { text, is_fine: true })
}

fn must_be_empty(files: &Files) -> Result<(), OperateError> {
    let refused = |path: &Path| {
        let how = "name other places with --database-url and --photo-dir, or move what is there away";
        Err(OperateError::Misuse(format!("{}: there is something already; {how}", path.display())))
    };
    if files.database.symlink_metadata().is_ok_and(|file| file.len() > 0) {
        return refused(&files.database);
    }
    let is_empty = folder::is_empty(&files.photo_dir).map_err(folder::about(&files.photo_dir))?;
    if is_empty { Ok(()) } else { refused(&files.photo_dir) }
}

/// What an attempt that broke off left under our own names.
fn clear(database: &Path, photos: &Path) -> io::Result<()> {
    for done in [fs::remove_file(database), fs::remove_dir_all(photos)] {
        match done {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn restore_database(from: &Path, manifest: &Manifest, to: &Path) -> Result<(), OperateError> {
    let database = manifest::database(from);
    let (sha256, _) = folder::copy(&database, to).map_err(folder::about(&database))?;
    if sha256 != manifest.database_sha256 {
        return Err(damaged(&database));
    }
    Ok(Snapshotted::open(to)?.check()?)
}

fn restore_photos(from: &Path, manifest: &Manifest, database: &Path, to: &Path) -> Result<(), OperateError> {
    PhotoFiles::open(to, &manifest.store).map_err(folder::about(to))?;
    let named = Snapshotted::open(database)?.photo_files()?;
    let bar = folder::progress("photos", named.len());
    for PhotoFile { name, sha256 } in named {
        bar.inc(1);
        if manifest.missing.contains(&name) {
            continue;
        }
        let photo = manifest::photos(from).join(&name);
        let (found, _) = folder::copy(&photo, &to.join(&name)).map_err(folder::about(&photo))?;
        if found != sha256 {
            return Err(damaged(&photo));
        }
    }
    bar.finish_and_clear();
    sync_folder(to).map_err(folder::about(to))
}

fn damaged(path: &Path) -> OperateError {
    OperateError::Failed(format!("{}: the file is not the one that was backed up", path.display()))
}

/// Gives what is ready its name.
fn put(ready: &Path, name: &Path) -> io::Result<()> {
    fs::rename(ready, name)?;
    sync_folder(name.parent().unwrap_or(Path::new("")))
}
