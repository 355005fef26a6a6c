//! How the API and the notices show jobs, photos and profiles \[k-openapi\]\[004\].

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    account::{ACCOUNT_ID, Account},
    books::Books,
    job::{Job, State},
    photo::{Owner, Photo},
    profile::Profile,
    storage::{Access, Folder},
};
use crate::{stand_in::StandIn, time::text};

pub(super) fn job(account: &Account, books: &Books, job: &Job) -> Value {
    let photos: Vec<_> = books.photos_of(Owner::Job(job.id)).collect();
    let is_complete = job.state == State::Complete;
    let profile = job.profile_id.and_then(|id| books.profile(id).ok());
    let mut view = json!({
        "accountId": ACCOUNT_ID,
        "id": job.id,
        "name": job.name,
        "profileId": job.profile_id,
        "state": job.state.as_str(),
        "type": job.kind.as_str(),
        "presetType": job.preset_type,
        "createdAt": text(job.created_at),
        "updatedAt": text(job.updated_at),
        "submittedAt": job.submitted_at.map(text),
        "completedAt": job.completed_at.map(text),
        "expiryDate": job.expires_at.map(text),
        "outputLog": "",
        "errors": errors(account, job),
        "creditAmountPerPhoto": 1.5,
        "photos": photos.iter().map(|photo| short_photo(photo)).collect::<Vec<_>>(),
        "profile": profile.map(Profile::view),
    });
    let urls = if account.config.other_spelling { "photo_download_urls" } else { "photoDownloadUrls" };
    view[urls] = json!(download_urls(account, job, &photos));
    if is_complete {
        view["processed"] = json!({ "retouch": photos.len(), "total": photos.len() });
    }
    view
}

pub(super) fn photo(account: &Account, books: &Books, photo: &Photo) -> Value {
    let job = photo.job().and_then(|id| books.job(id).ok());
    let now = links_made_at(account, job);
    let result = job.filter(|job| job.state == State::Complete && job.has_files(now));
    let original = photo.file.as_ref().map(|_| link(account, job, photo, Folder::Original, now));
    json!({
        "id": photo.id,
        "jobId": photo.job(),
        "coreJobId": null,
        "name": photo.name,
        "path": photo.key,
        "thumbnailKey": null,
        "imageData": {},
        "originalUrl": original,
        "retouchedUrl": result.map(|job| link(account, Some(job), photo, Folder::Retouched, now)),
        "createdAt": text(photo.created_at),
        "updatedAt": text(photo.updated_at),
        "job": job.map(|job| json!({ "id": job.id, "name": job.name, "profileId": job.profile_id, "state": job.state.as_str() })),
    })
}

/// A profile with its backgrounds.
pub(super) fn profile(account: &Account, books: &Books, profile: &Profile) -> Value {
    let mut view = profile.view();
    let photos = books.photos_of(Owner::Profile(profile.id)).map(|shown| photo(account, books, shown));
    view["photos"] = photos.collect();
    view
}

fn short_photo(photo: &Photo) -> Value {
    json!({ "id": photo.id, "jobId": photo.job(), "name": photo.name })
}

/// Strings \[k-openapi\], or lists of strings \[004\].
fn errors(account: &Account, job: &Job) -> Value {
    if account.config.other_spelling { json!([job.errors]) } else { json!(job.errors) }
}

/// Links to the results by their file names; two photos whose results would have one name keep their own.
fn download_urls(account: &Account, job: &Job, photos: &[&Photo]) -> BTreeMap<String, String> {
    let mut urls = BTreeMap::new();
    if job.state != State::Complete || !job.has_files(Timestamp::now()) {
        return urls;
    }
    let now = links_made_at(account, Some(job));
    for photo in photos {
        let name = Some(photo.result_name()).filter(|name| !urls.contains_key(name));
        let name = name.unwrap_or_else(|| format!("{}.jpg", photo.name));
        urls.insert(name, link(account, Some(job), photo, Folder::Retouched, now));
    }
    urls
}

fn link(account: &Account, job: Option<&Job>, photo: &Photo, folder: Folder, now: Timestamp) -> String {
    let series = job.map_or(0, |job| job.link_series);
    account.storage.url(&Access::read(&folder.path(&photo.key), series), now)
}

/// The moment that links shown now are made at: long ago if they are to end before their time.
fn links_made_at(account: &Account, job: Option<&Job>) -> Timestamp {
    let now = Timestamp::now();
    let dead = job.is_some_and(|job| account.backstage().links_are_dead(&job.session()));
    if dead { account.storage.over_at(now) } else { now }
}
