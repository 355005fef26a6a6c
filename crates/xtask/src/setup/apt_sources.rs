//! Reads where this machine gets its Debian packages from.

/// One source of packages as apt's own files name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) uri: String,
    pub(super) suites: Vec<String>,
    pub(super) components: Vec<String>,
    /// A key ring's path, or a whole key on several lines.
    pub(super) signed_by: Option<String>,
}

impl Source {
    /// Whether this is the distribution's own archive for the release named `codename`.
    pub(super) fn is_archive_of(&self, codename: &str) -> bool {
        self.suites.iter().any(|suite| suite == codename) && self.components.iter().any(|component| component == "main")
    }

    /// The same mirror and key for another suite, in the form of a `.sources` file.
    pub(super) fn stanza_for(&self, suite: &str) -> String {
        let mut stanza = format!("Types: deb\nURIs: {}\nSuites: {suite}\nComponents: main\n", self.uri);
        if let Some(key) = &self.signed_by {
            stanza = stanza + "Signed-By: " + key + "\n";
        }
        stanza
    }
}

/// Reads a file of one-line entries, such as `/etc/apt/sources.list`.
pub(super) fn parse_list(text: &str) -> Vec<Source> {
    text.lines().filter_map(parse_line).collect()
}

/// Reads a file of deb822 stanzas, such as `/etc/apt/sources.list.d/debian.sources`.
pub(super) fn parse_stanzas(text: &str) -> Vec<Source> {
    let without_comments: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).map(str::trim_end).collect();
    without_comments.split(|line| line.is_empty()).filter_map(parse_stanza).collect()
}

fn parse_line(line: &str) -> Option<Source> {
    let line = line.split('#').next()?;
    let rest = line.trim().strip_prefix("deb")?;
    if !rest.starts_with([' ', '\t', '[']) {
        return None;
    }
    let (options, rest) = match rest.trim_start().strip_prefix('[') {
        Some(bracketed) => bracketed.split_once(']')?,
        None => ("", rest),
    };
    let mut words = rest.split_whitespace().map(str::to_owned);
    Some(Source {
        uri: words.next()?,
        suites: vec![words.next()?],
        components: words.collect(),
        signed_by: options.split_whitespace().find_map(|option| option.strip_prefix("signed-by=")).map(str::to_owned),
    })
}

fn parse_stanza(lines: &[&str]) -> Option<Source> {
    let words = |name: &str| -> Vec<String> {
        let value = field(lines, name).unwrap_or_default();
        value.split_whitespace().map(str::to_owned).collect()
    };
    let is_enabled = field(lines, "enabled").is_none_or(|value| value != "no");
    let has_binaries = words("types").iter().any(|kind| kind == "deb");
    (is_enabled && has_binaries).then_some(())?;
    Some(Source {
        uri: words("uris").into_iter().next()?,
        suites: words("suites"),
        components: words("components"),
        signed_by: field(lines, "signed-by"),
    })
}

/// The value of a field, with its continuation lines as they stand.
fn field(lines: &[&str], name: &str) -> Option<String> {
    let position =
        lines.iter().position(|line| line.split_once(':').is_some_and(|(key, _)| key.eq_ignore_ascii_case(name)))?;
    let (_, first) = lines[position].split_once(':')?;
    let mut value = first.trim().to_owned();
    for line in &lines[position + 1..] {
        if !line.starts_with([' ', '\t']) {
            break;
        }
        value.push('\n');
        value.push_str(line);
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn debian() -> Source {
        Source {
            uri: "http://mirror.test/debian".to_owned(),
            suites: vec!["bookworm".to_owned()],
            components: vec!["main".to_owned()],
            signed_by: Some("/usr/share/keyrings/archive.gpg".to_owned()),
        }
    }

    #[test]
    fn reads_a_one_line_entry_with_options() {
        let list = "# deb http://old.test/debian buster main\n\
                    deb [arch=amd64 signed-by=/usr/share/keyrings/archive.gpg] http://mirror.test/debian bookworm main\n\
                    deb-src http://mirror.test/debian bookworm main\n";
        assert_eq!(parse_list(list), [debian()]);
    }

    #[test]
    fn reads_a_one_line_entry_without_options() {
        let sources = parse_list("deb http://mirror.test/debian bookworm main contrib # ours\n");
        assert_eq!(sources[0].components, ["main", "contrib"]);
        assert_eq!(sources[0].signed_by, None);
    }

    #[test]
    fn reads_stanzas_and_leaves_out_disabled_ones_and_sources() {
        let text = "Types: deb\n\
                    # a comment\n\
                    URIs: http://mirror.test/debian\n\
                    Suites: bookworm\n\
                    Components: main\n\
                    Signed-By: /usr/share/keyrings/archive.gpg\n\
                    \n\
                    Enabled: no\n\
                    Types: deb\n\
                    URIs: http://other.test/debian\n\
                    Suites: bookworm\n\
                    \n\
                    Types: deb-src\n\
                    URIs: http://mirror.test/debian\n\
                    Suites: bookworm\n";
        assert_eq!(parse_stanzas(text), [debian()]);
    }

    #[test]
    fn keeps_a_key_that_is_written_into_the_stanza() {
        let text = "Types: deb\nURIs: http://mirror.test/debian\nSuites: a b\nComponents: main\n\
                    Signed-By:\n -----BEGIN-----\n .\n abc\n -----END-----\n";
        let sources = parse_stanzas(text);
        assert_eq!(sources[0].suites, ["a", "b"]);
        assert_eq!(sources[0].signed_by.as_deref(), Some("\n -----BEGIN-----\n .\n abc\n -----END-----"));
    }

    #[test]
    fn knows_the_archive_of_a_release_from_its_security_updates() {
        let mut security = debian();
        security.suites = vec!["bookworm-security".to_owned()];
        assert!(debian().is_archive_of("bookworm"));
        assert!(!security.is_archive_of("bookworm"));
    }

    #[test]
    fn asks_the_same_mirror_with_the_same_key_for_another_suite() {
        let stanza = debian().stanza_for("trixie-backports");
        assert_eq!(parse_stanzas(&stanza)[0].suites, ["trixie-backports"]);
        assert_eq!(parse_stanzas(&stanza)[0].signed_by, debian().signed_by);
        assert_eq!(parse_stanzas(&stanza)[0].uri, debian().uri);
    }
}
