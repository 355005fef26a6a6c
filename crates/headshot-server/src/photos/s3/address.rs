use rusty_s3::{Bucket, UrlStyle};
use url::Url;

use crate::provider::http::is_safe;

/// Where storages are that have no regions, and where S3 began.
const USUAL_REGION: &str = "us-east-1";

/// A prefix in a bucket: how to get there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct S3Address {
    pub(super) bucket: Bucket,
    /// Empty, or with a slash at its end.
    pub(super) prefix: String,
}

/// What the query of an address says.
#[derive(Default)]
struct Query {
    endpoint: Option<Url>,
    region: Option<String>,
    path_style: Option<bool>,
    allow_http: bool,
}

impl S3Address {
    /// Reads `s3://bucket/prefix?endpoint=https://…&region=…&path_style=…`.
    ///
    /// Without an endpoint the bucket is Amazon's, in the region that is named; with one, it is asked for by path, unless
    /// `path_style=false` says that each bucket has a host name of its own. Connections are encrypted, unless the storage
    /// is on this machine or the address says `allow_http=true`.
    ///
    /// # Errors
    /// What is wrong with it, without repeating it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let url: Url = text.parse().map_err(|_| "is no `s3://bucket/prefix` address")?;
        let name = url.host_str().filter(|_| url.scheme() == "s3").ok_or("is no `s3://bucket/prefix` address")?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("holds credentials, which have settings of their own");
        }
        if url.port().is_some() || url.fragment().is_some() {
            return Err("is no `s3://bucket/prefix` address");
        }
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
        if !(3..=63).contains(&name.len()) || !name.bytes().all(is_name) {
            return Err("names no bucket: 3 to 63 lower-case letters, digits, dots and hyphens");
        }
        let query = Query::of(&url)?;
        let (endpoint, region, style) = query.place()?;
        let bucket = Bucket::new(endpoint, style, name.to_owned(), region)
            .map_err(|_| "has an endpoint without a host name for each bucket; `path_style=true` is for such")?;
        Ok(Self { bucket, prefix: prefix(url.path())? })
    }

    /// What it is called in logs and answers.
    pub(crate) fn name(&self) -> String {
        format!("s3://{}/{}", self.bucket.name(), self.prefix).trim_end_matches('/').to_owned()
    }
}

impl Query {
    fn of(url: &Url) -> Result<Self, &'static str> {
        let mut query = Self::default();
        for (name, value) in url.query_pairs() {
            match &*name {
                "endpoint" => query.endpoint = Some(endpoint(&value)?),
                "region" => query.region = Some(region(&value)?),
                "path_style" => query.path_style = Some(truth(&value)?),
                "allow_http" => query.allow_http = truth(&value)?,
                _ => return Err("says something else than `endpoint`, `region`, `path_style` and `allow_http`"),
            }
        }
        Ok(query)
    }

    fn place(self) -> Result<(Url, String, UrlStyle), &'static str> {
        let is_by_path = self.path_style.unwrap_or(self.endpoint.is_some());
        let style = if is_by_path { UrlStyle::Path } else { UrlStyle::VirtualHost };
        match (self.endpoint, self.region) {
            (Some(endpoint), _) if !is_safe(&endpoint) && !self.allow_http => {
                Err("has an endpoint without encryption; `allow_http=true` allows it")
            }
            (Some(endpoint), region) => Ok((endpoint, region.unwrap_or_else(|| USUAL_REGION.into()), style)),
            (None, Some(region)) => {
                let endpoint = format!("https://s3.{region}.amazonaws.com").parse();
                Ok((endpoint.map_err(|_| "has a region that is none")?, region, style))
            }
            (None, None) => Err("names neither an endpoint nor a region"),
        }
    }
}

/// Whether what is sent there is not encrypted.
pub(super) fn is_plain(bucket: &Bucket) -> bool {
    bucket.base_url().scheme() == "http"
}

fn endpoint(text: &str) -> Result<Url, &'static str> {
    let url: Option<Url> = text.parse().ok();
    let is_endpoint = |url: &Url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    };
    url.filter(is_endpoint).ok_or("has an endpoint that is no URL such as https://s3.example.com")
}

fn region(text: &str) -> Result<String, &'static str> {
    let is_region = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    Some(text).filter(|text| !text.is_empty() && is_region(text)).map(str::to_owned).ok_or("has a region that is none")
}

fn truth(text: &str) -> Result<bool, &'static str> {
    text.parse().map_err(|_| "says something else than `true` or `false`")
}

/// Parts that a URL would not lead elsewhere with, and a slash after each.
fn prefix(path: &str) -> Result<String, &'static str> {
    let is_part = |part: &str| {
        part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.=".contains(&byte)) && part != "." && part != ".."
    };
    let mut prefix = String::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        if !is_part(part) {
            return Err("has a prefix with something else than letters, digits, hyphens, dots and underscores");
        }
        prefix = prefix + part + "/";
    }
    Ok(prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leads_to(text: &str) -> String {
        let address = S3Address::parse(text).unwrap_or_else(|wrong| panic!("{text} {wrong}"));
        address.bucket.object_url(&format!("{}x", address.prefix)).into()
    }

    #[test]
    fn an_address_leads_to_amazon_or_to_whoever_it_names() {
        for (text, url) in [
            ("s3://faces?region=eu-west-1", "https://faces.s3.eu-west-1.amazonaws.com/x"),
            ("s3://faces/a/b/?region=eu-west-1", "https://faces.s3.eu-west-1.amazonaws.com/a/b/x"),
            ("s3://faces?region=eu-west-1&path_style=true", "https://s3.eu-west-1.amazonaws.com/faces/x"),
            ("s3://faces?endpoint=https://s3.test", "https://s3.test/faces/x"),
            ("s3://faces?endpoint=https://s3.test/base&region=auto", "https://s3.test/base/faces/x"),
            ("s3://faces?endpoint=https%3A%2F%2Fs3.test&path_style=false", "https://faces.s3.test/x"),
            ("s3://faces?endpoint=http://127.0.0.1:9000", "http://127.0.0.1:9000/faces/x"),
            ("s3://faces?endpoint=http://minio:9000&allow_http=true", "http://minio:9000/faces/x"),
        ] {
            assert_eq!(leads_to(text), url);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for (text, wrong) in [
            ("/photos", "is no `s3"),
            ("https://faces?region=x", "is no `s3"),
            ("s3:///a?region=x", "is no `s3"),
            ("s3://faces:80?region=x", "is no `s3"),
            ("s3://Faces?region=x", "names no bucket"),
            ("s3://ab?region=x", "names no bucket"),
            ("s3://key:secret@faces?region=x", "holds credentials"),
            ("s3://faces", "neither an endpoint nor a region"),
            ("s3://faces?region=a.b", "has a region that is none"),
            ("s3://faces?endpoint=s3.test", "has an endpoint that is no URL"),
            ("s3://faces?endpoint=https://u:p@s3.test", "has an endpoint that is no URL"),
            ("s3://faces?endpoint=http://s3.test", "without encryption"),
            ("s3://faces?endpoint=http://127.0.0.1:9000&path_style=false", "without a host name"),
            ("s3://faces?region=x&path_style=yes", "something else than `true`"),
            ("s3://faces?region=x&secret_access_key=s3cret", "says something else"),
            ("s3://faces/a%20b?region=x", "has a prefix"),
            ("s3://faces/a b?region=x", "has a prefix"),
        ] {
            assert!(S3Address::parse(text).is_err_and(|told| told.contains(wrong)), "{text}");
        }
        // What would lead upwards is taken for a step by whoever reads the URL, so that it leads nowhere.
        assert_eq!(S3Address::parse("s3://faces/a/../b?region=x").unwrap().name(), "s3://faces/b");
    }

    #[test]
    fn an_address_has_a_name_without_its_query() {
        assert_eq!(S3Address::parse("s3://faces/a/?region=x").unwrap().name(), "s3://faces/a");
        assert_eq!(S3Address::parse("s3://faces?region=x").unwrap().name(), "s3://faces");
    }
}
