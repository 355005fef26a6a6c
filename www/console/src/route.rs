//! Where in the console somebody is: the part of the address behind `#`, so that it can be kept, shared and gone back to.

use crate::record::Kind;

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    List(Kind, Filter),
    Show(Kind, String),
}

/// Which records are listed, in the words of the server's commands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter(Vec<(String, String)>);

impl Route {
    /// Reads what stands behind `#`; what names nothing is the list of sessions.
    pub(crate) fn read(hash: &str) -> Self {
        let hash = hash.trim_start_matches(['#', '/']);
        let (path, query) = hash.split_once('?').unwrap_or((hash, ""));
        let (kind, id) = path.split_once('/').unwrap_or((path, ""));
        match Kind::from_word(kind) {
            Some(kind) if id.is_empty() => Self::List(kind, Filter::read(query)),
            Some(kind) => Self::Show(kind, id.to_owned()),
            None => Self::List(Kind::Sessions, Filter::default()),
        }
    }

    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::List(kind, _) | Self::Show(kind, _) => *kind,
        }
    }

    /// The address of it within the page.
    pub(crate) fn href(&self) -> String {
        match self {
            Self::List(kind, filter) if filter.0.is_empty() => format!("#/{}", kind.as_str()),
            Self::List(kind, filter) => format!("#/{}?{}", kind.as_str(), filter.query()),
            Self::Show(kind, id) => format!("#/{}/{id}", kind.as_str()),
        }
    }
}

impl Filter {
    fn read(query: &str) -> Self {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        Self(
            pairs
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .filter(|(_, value)| !value.is_empty())
                .collect(),
        )
    }

    /// As a query, to the server too.
    pub(crate) fn query(&self) -> String {
        self.0.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    }

    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The same with another value of this name; without it where the value is empty.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        if !value.is_empty() {
            self.0.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// Whether it leaves records out, besides those beyond the newest.
    pub(crate) fn narrows(&self) -> bool {
        self.0.iter().any(|(name, _)| name != "limit")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_was_written() {
        let filter = Filter::default().with("status", "dead").with("since", "1h");
        let routes = [
            Route::List(Kind::Outbox, filter),
            Route::List(Kind::Events, Filter::default()),
            Route::Show(Kind::Deliveries, "ref_0123".into()),
        ];
        for route in routes {
            assert_eq!(Route::read(&route.href()), route);
        }
    }

    #[test]
    fn what_names_nothing_is_the_list_of_sessions() {
        for hash in ["", "#", "#/", "#/nothing", "#/nothing/1", "#main"] {
            assert_eq!(Route::read(hash), Route::List(Kind::Sessions, Filter::default()), "{hash}");
        }
    }

    #[test]
    fn an_empty_value_filters_nothing() {
        let filter = Filter::default().with("status", "dead").with("status", "").with("limit", "100");
        assert_eq!((filter.query().as_str(), filter.narrows()), ("limit=100", false));
        assert_eq!(Route::read("#/events?status=&since=1h").href(), "#/events?since=1h");
    }
}
