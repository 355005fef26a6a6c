//! Images behind links that end: whether the provider's do is not documented.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use jiff::Timestamp;

use super::{account::Account, refusal::Refusal};
use crate::{
    gate::luck,
    link::{BadLink, LinkQuery},
    portrait::{Format, Size},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Image {
    /// As the camera took it.
    Original,
    /// With all that the studio does to it.
    Enhanced,
}

impl Image {
    /// The path of an image of that submission.
    pub(super) fn path(self, submission: &str) -> String {
        format!("/images/{submission}/{}", self.file())
    }

    const fn file(self) -> &'static str {
        match self {
            Self::Original => "original.jpg",
            Self::Enhanced => "enhanced.png",
        }
    }

    /// The sandbox throws captured photos away and draws both, the second one larger.
    const fn drawing(self) -> (Size, Format, &'static str) {
        match self {
            Self::Original => (Size::Preview, Format::Jpeg, "image/jpeg"),
            Self::Enhanced => (Size::Original, Format::Png, "image/png"),
        }
    }
}

pub(super) fn router(account: &Arc<Account>) -> Router<Arc<Account>> {
    let luck = middleware::from_fn_with_state(Arc::clone(account), luck::<Account>);
    Router::new().route("/images/{submission}/{file}", get(image)).layer(luck)
}

async fn image(
    State(account): State<Arc<Account>>,
    Path((id, file)): Path<(String, String)>,
    Query(query): Query<LinkQuery>,
) -> Result<Response, Refusal> {
    let image = [Image::Original, Image::Enhanced].into_iter().find(|image| image.file() == file).ok_or(NO_IMAGE)?;
    let session = session_of(&account, &id, image)?;
    let checked = account.links.check(&image.path(&id), session.1, &query, Timestamp::now());
    checked.map_err(BadLink::as_str).map_err(|bad| Refusal::new(StatusCode::FORBIDDEN, bad))?;
    let (size, format, kind) = image.drawing();
    let drawn = account.portraits.image(session.0, id, 0, size, format).await;
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "private, max-age=3600")], drawn).into_response())
}

/// The session of a submission that has this image, and the series of its links.
fn session_of(account: &Account, id: &str, image: Image) -> Result<(String, u32), Refusal> {
    let books = account.books();
    let submission = books.submission(id)?;
    if image == Image::Enhanced && !submission.is_enhanced {
        return Err(NO_IMAGE);
    }
    let session = books.session(&submission.session_id)?;
    Ok((session.id.clone(), session.link_series))
}

const NO_IMAGE: Refusal = Refusal::new(StatusCode::NOT_FOUND, "Image not found");
