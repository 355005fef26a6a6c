//! The filter of log lines: what people write for it, in the words of `tracing`.

/// Every word for a level, other programs' words among them.
const LEVELS: &[(&str, &[&str])] = &[
    ("error", &["err", "fatal", "critical"]),
    ("warn", &["warning"]),
    ("info", &["information", "notice"]),
    ("debug", &["verbose"]),
    ("trace", &["all"]),
    ("off", &["none", "silent", "quiet"]),
];

/// The same filter in the words of `tracing`. A word that is no level is refused, because `tracing` would take it for
/// the name of a module and write nothing else. What no part of the filter names is shown from `info` on.
pub(super) fn filter(text: &str) -> Option<String> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let parts = parts.map(directive).collect::<Option<Vec<_>>>()?;
    let names_a_level = parts.iter().any(|part| !part.contains('='));
    let usual = (!names_a_level).then(|| "info".to_owned());
    Some(usual.into_iter().chain(parts).collect::<Vec<_>>().join(","))
}

fn directive(part: &str) -> Option<String> {
    let Some((target, word)) = part.split_once('=') else { return level(part).map(str::to_owned) };
    let is_target = !target.is_empty() && target.chars().all(|c| c.is_ascii_alphanumeric() || "_:-".contains(c));
    level(word).filter(|_| is_target).map(|level| format!("{target}={level}"))
}

fn level(word: &str) -> Option<&'static str> {
    let is_word = |known: &&str| word.eq_ignore_ascii_case(known);
    LEVELS.iter().find(|(level, others)| is_word(level) || others.iter().any(is_word)).map(|(level, _)| *level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_other_programs_are_understood() {
        for (text, is) in [
            ("", "info"),
            ("WARNING", "warn"),
            ("fatal", "error"),
            (" debug ,", "debug"),
            ("headshot_server::work=verbose", "info,headshot_server::work=debug"),
            ("warn,hyper=trace", "warn,hyper=trace"),
        ] {
            assert_eq!(filter(text).as_deref(), Some(is), "{text:?}");
        }
    }

    #[test]
    fn every_accepted_filter_is_one_for_tracing() {
        for (level, others) in LEVELS {
            for word in [level].into_iter().chain(*others) {
                let filter = filter(&format!("{word},a-b::c_d={word}")).unwrap();
                assert!(filter.parse::<tracing_subscriber::EnvFilter>().is_ok(), "{filter}");
            }
        }
    }

    #[test]
    fn what_tracing_would_misunderstand_is_refused() {
        for text in ["inof", "hyper", "a=loud", "=debug", "info debug", "a[b]=info", "5"] {
            assert_eq!(filter(text), None, "{text:?}");
        }
    }
}
