//! Where photos are kept: in folders, or in S3-compatible storage.

use std::path::PathBuf;

use super::{Checks, FileArgs, Photos, beside};
use crate::pace;
use crate::photos::s3::{S3Address, S3Settings};
use crate::store::Database;

const ADDRESS: &str = "HEADSHOT_PHOTOS";
const PHOTO_DIR: &str = "HEADSHOT_PHOTO_DIR";
const UPLOAD_DIR: &str = "HEADSHOT_UPLOAD_DIR";

/// What is asked of folders depends on the database, which may be wrong itself.
pub(super) fn check(args: &FileArgs, database: Option<&Database>, checks: &mut Checks) -> Option<Photos> {
    if let Some(address) = Checks::given(args.photos.as_deref()) {
        return s3(args, address, checks);
    }
    let mut folder = |name, given: &Option<PathBuf>, suffix| {
        match database? {
        Database::Sqlite(path) => Some(given.clone().unwrap_or_else(|| beside(path, suffix))),
        // Nobody can guess what servers on several machines have in common.
        Database::Postgres(_) => checks.accept(
            name,
            given.clone(),
            "is not set: with PostgreSQL it names a folder that all servers share, unless HEADSHOT_PHOTOS names a storage",
        ),
    }
    };
    let (photos, uploads) =
        (folder(PHOTO_DIR, &args.photo_dir, ".photos"), folder(UPLOAD_DIR, &args.upload_dir, ".uploads"));
    Some(Photos::Folders { photos: photos?, uploads: uploads? })
}

fn s3(args: &FileArgs, address: &str, checks: &mut Checks) -> Option<Photos> {
    let address = match S3Address::parse(address) {
        Ok(address) => Some(address),
        Err(wrong) => checks.accept(ADDRESS, None, wrong),
    };
    let access_key_id = checks.header_value("HEADSHOT_PHOTOS_ACCESS_KEY_ID", args.photos_access_key_id.as_deref());
    let secret_access_key =
        checks.header_value("HEADSHOT_PHOTOS_SECRET_ACCESS_KEY", args.photos_secret_access_key.as_deref());
    let token = Checks::given(args.photos_session_token.as_deref());
    let session_token = token.map(|token| checks.header_value("HEADSHOT_PHOTOS_SESSION_TOKEN", Some(token)));
    for (name, folder) in [(PHOTO_DIR, &args.photo_dir), (UPLOAD_DIR, &args.upload_dir)] {
        checks.accept(name, folder.is_none().then_some(()), "is set beside HEADSHOT_PHOTOS; set one of them");
    }
    Some(Photos::S3(Box::new(S3Settings {
        address: address?,
        access_key_id: access_key_id?,
        secret_access_key: secret_access_key?,
        session_token: match session_token {
            Some(token) => Some(token?),
            None => None,
        },
        patience: pace::STORAGE,
    })))
}
