use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::{ExplainArgs, Misuse, headers};

/// What the arguments name, read.
pub(super) struct Input {
    pub(super) secrets: Vec<Vec<u8>>,
    pub(super) headers: headers::Pairs,
    pub(super) body: Vec<u8>,
    pub(super) now: u64,
}

impl Input {
    pub(super) fn read(args: &ExplainArgs) -> Result<Self, Misuse> {
        let now = args.now.as_deref().map_or_else(|| Ok(machine_time()), moment)?;
        let secrets = args.secret_file.iter().map(|path| secret(path)).collect::<Result<_, _>>()?;
        let text = bytes(&args.headers)?;
        let headers = headers::parse(&String::from_utf8_lossy(&text))
            .map_err(|reason| Misuse::Headers { path: args.headers.clone(), reason })?;
        Ok(Self { secrets, headers, body: bytes(&args.body)?, now })
    }
}

/// The content of a file without the line end that editors and shells put there.
fn secret(path: &Path) -> Result<Vec<u8>, Misuse> {
    let mut secret = bytes(path)?;
    for end in [b'\n', b'\r'] {
        secret.pop_if(|last| *last == end);
    }
    Ok(secret)
}

fn bytes(path: &Path) -> Result<Vec<u8>, Misuse> {
    let read = if path == Path::new("-") { standard_input() } else { fs::read(path) };
    read.map_err(|cause| Misuse::File { path: path.to_owned(), cause })
}

fn standard_input() -> io::Result<Vec<u8>> {
    let mut read = Vec::new();
    io::stdin().read_to_end(&mut read).map(|_| read)
}

fn moment(text: &str) -> Result<u64, Misuse> {
    let parsed = || text.parse::<jiff::Timestamp>().ok().and_then(|time| u64::try_from(time.as_second()).ok());
    text.parse().ok().or_else(parsed).ok_or(Misuse::Now)
}

fn machine_time() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_a_time_in_seconds_and_as_rfc_3339() {
        assert_eq!(moment("1767323045").unwrap(), 1_767_323_045);
        assert_eq!(moment("2026-01-02T03:04:05Z").unwrap(), 1_767_323_045);
        assert_eq!(moment("2026-01-02T04:04:05+01:00").unwrap(), 1_767_323_045);
        assert!(moment("yesterday").is_err() && moment("-1").is_err() && moment("1960-01-01T00:00:00Z").is_err());
    }
}
