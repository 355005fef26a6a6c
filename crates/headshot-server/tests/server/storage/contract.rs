//! What every storage of photos must do: run for a folder and for S3.

use futures_util::TryStreamExt;
use headshot_server::config::Photos;
use headshot_server::photos::{Expected, Kept, Storage, StorageError};
use tempfile::TempDir;

use crate::common::s3::{HASTY, S3};
use crate::common::sha256;

/// A storage, and what is behind it.
struct Place {
    behind: Behind,
    photos: Photos,
    storage: Storage,
}

enum Behind {
    /// With the folder of photos in it.
    Folder(TempDir),
    S3(S3),
}

impl Place {
    async fn folder() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let [photos, uploads] = ["photos", "uploads"].map(|name| dir.path().join(name));
        Self::of(Behind::Folder(dir), Photos::Folders { photos, uploads }).await
    }

    async fn s3() -> Self {
        let s3 = S3::new();
        let photos = Photos::S3(Box::new(s3.settings(HASTY)));
        Self::of(Behind::S3(s3), photos).await
    }

    async fn of(behind: Behind, photos: Photos) -> Self {
        let [storage, _] = Storage::open(&photos, "a-store").await.unwrap();
        Self { behind, photos, storage }
    }

    async fn keep(&self, name: &str, bytes: &[u8]) {
        let mut part = self.storage.new_part(name).await.unwrap();
        for chunk in bytes.chunks(100_000) {
            part.write(chunk).await.unwrap();
        }
        self.storage.keep(part).await.unwrap();
    }

    async fn read(&self, name: &str, bytes: &[u8]) -> Result<Kept, StorageError> {
        let expected = Expected { sha256: &sha256(bytes), size_bytes: bytes.len() as u64 };
        self.storage.read(name, expected).await
    }

    async fn holds(&self, name: &str, bytes: &[u8]) -> bool {
        match self.read(name, bytes).await {
            Ok(kept) => all(&kept).await == bytes,
            Err(StorageError::Missing | StorageError::Damaged) => false,
            Err(error) => panic!("{error}"),
        }
    }

    /// What is there, whoever put it there, but for the mark of whose it is.
    async fn names(&self) -> Vec<String> {
        match &self.behind {
            Behind::Folder(dir) => {
                let names = std::fs::read_dir(dir.path().join("photos")).unwrap();
                let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
                names.filter(|name| name != ".headshot-store").collect()
            }
            Behind::S3(s3) => {
                let names = s3.objects().await.into_keys();
                names.map(|name| name.strip_prefix("photos/").unwrap().to_owned()).collect()
            }
        }
    }

    async fn overwrite(&self, name: &str, bytes: &[u8]) {
        match &self.behind {
            Behind::Folder(dir) => std::fs::write(dir.path().join("photos").join(name), bytes).unwrap(),
            Behind::S3(s3) => s3.overwrite(&format!("photos/{name}"), bytes.to_vec()).await,
        }
    }
}

async fn all(kept: &Kept) -> Vec<u8> {
    let chunks: Vec<_> = kept.stream().try_collect().await.unwrap();
    chunks.concat()
}

/// Bytes that differ from place to place.
fn bytes(length: usize) -> Vec<u8> {
    (0_u32..).flat_map(u32::to_le_bytes).take(length).collect()
}

macro_rules! contract {
    ($($name:ident)*) => {
        mod folder {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::Place::folder().await).await;
            })*
        }

        mod s3 {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(super::Place::s3().await).await;
            })*
        }
    };
}

contract! {
    what_was_kept_is_read_as_it_was
    a_part_that_was_dropped_is_nowhere
    what_is_kept_again_is_the_new_one
    what_was_removed_is_gone_and_may_be_removed_again
    what_was_opened_is_read_to_its_end
    nothing_else_is_touched
    what_is_not_what_was_kept_is_never_read
    a_place_has_one_owner
    it_says_whether_it_is_there
}

async fn what_was_kept_is_read_as_it_was(place: Place) {
    for length in [1, 64 * 1024, 64 * 1024 + 1, 3_000_000] {
        let (name, bytes) = (format!("pho_{length}"), bytes(length));
        place.keep(&name, &bytes).await;
        assert!(place.holds(&name, &bytes).await, "{length}");
    }
}

async fn a_part_that_was_dropped_is_nowhere(place: Place) {
    let mut part = place.storage.new_part("pho_1").await.unwrap();
    part.write(b"half of it").await.unwrap();
    drop(part);
    assert!(place.names().await.is_empty());
    assert!(matches!(place.read("pho_1", b"half of it").await, Err(StorageError::Missing)));
}

async fn what_is_kept_again_is_the_new_one(place: Place) {
    place.keep("pho_1", b"the old one").await;
    place.keep("pho_1", b"the new one, which is longer").await;
    assert!(place.holds("pho_1", b"the new one, which is longer").await);
    assert_eq!(place.names().await, ["pho_1"]);
}

async fn what_was_removed_is_gone_and_may_be_removed_again(place: Place) {
    place.keep("pho_1", b"a photo").await;
    for _ in 0..2 {
        place.storage.remove("pho_1").await.unwrap();
        assert!(place.names().await.is_empty());
        assert!(matches!(place.read("pho_1", b"a photo").await, Err(StorageError::Missing)));
    }
}

async fn what_was_opened_is_read_to_its_end(place: Place) {
    let bytes = bytes(3_000_000);
    place.keep("pho_1", &bytes).await;
    let kept = place.read("pho_1", &bytes).await.unwrap();
    let (first, second) = tokio::join!(all(&kept), all(&kept));
    assert!(first == bytes && second == bytes);
    place.storage.remove("pho_1").await.unwrap();
    assert!(all(&kept).await == bytes);
}

async fn nothing_else_is_touched(place: Place) {
    place.overwrite("somebodys", b"holiday").await;
    place.keep("pho_1", b"a photo").await;
    place.storage.remove("pho_1").await.unwrap();
    assert_eq!(place.names().await, ["somebodys"]);
}

async fn what_is_not_what_was_kept_is_never_read(place: Place) {
    let right = bytes(200_000);
    place.keep("pho_1", &right).await;
    let mut other = right.clone();
    other[100_000] ^= 1;
    for wrong in [&right[..199_999], &other, &[&right[..], b"more"].concat(), b""] {
        place.overwrite("pho_1", wrong).await;
        assert!(matches!(place.read("pho_1", &right).await, Err(StorageError::Damaged)), "{} bytes", wrong.len());
    }
    place.overwrite("pho_1", &right).await;
    assert!(place.holds("pho_1", &right).await);
}

async fn a_place_has_one_owner(place: Place) {
    place.keep("pho_1", b"a photo").await;
    Storage::open(&place.photos, "a-store").await.unwrap();
    let error = Storage::open(&place.photos, "another-store").await.err().unwrap().to_string();
    assert!(error.contains("belongs to another database"), "{error}");
    assert!(place.holds("pho_1", b"a photo").await);
}

async fn it_says_whether_it_is_there(place: Place) {
    place.storage.check().await.unwrap();
    place.overwrite(".headshot-store", b"another-store").await;
    assert!(place.storage.check().await.is_err());
}
