//! The server's words as a person reads them, each with how good the news is.

use crate::chain::Cause;
use crate::record::{Kind, Record};

/// How good the news is; a class of the style sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Calm,
    Busy,
    Warn,
    Bad,
}

impl Tone {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Good => "badge good",
            Self::Calm => "badge calm",
            Self::Busy => "badge busy",
            Self::Warn => "badge warn",
            Self::Bad => "badge bad",
        }
    }
}

/// Where a record stands.
pub(crate) fn status(kind: Kind, record: &Record) -> (String, Tone) {
    match (kind, record.text("status").as_str()) {
        (Kind::Deliveries, "recorded") => verdict(&record.text("trust")),
        (kind, status) => standing(kind, status),
    }
}

/// What it means to stand there.
pub(crate) fn standing(kind: Kind, status: &str) -> (String, Tone) {
    let (word, tone) = match (kind, status) {
        (Kind::Sessions, _) => return state(status),
        (Kind::Deliveries, "recorded") => ("genuine", Tone::Good),
        (Kind::Deliveries, "unread") => ("genuine, unreadable", Tone::Warn),
        (Kind::Deliveries, "refused") => ("refused", Tone::Bad),
        (Kind::Events, "kept") => ("kept", Tone::Calm),
        (_, "due") => ("on its way", Tone::Busy),
        (_, "delivered") => ("told", Tone::Good),
        (_, "dead") => ("given up", Tone::Bad),
        _ => return (plain(status), Tone::Calm),
    };
    (word.to_owned(), tone)
}

/// Where a session stands.
pub(crate) fn state(state: &str) -> (String, Tone) {
    let tone = match state {
        "ready" => Tone::Good,
        "failed" => Tone::Bad,
        "processing" | "in_review" => Tone::Busy,
        _ => Tone::Calm,
    };
    (plain(state), tone)
}

/// How far a genuine delivery is believed.
fn verdict(trust: &str) -> (String, Tone) {
    let (word, tone) = match trust {
        "body" => ("genuine", Tone::Good),
        "stale" => ("genuine, but old", Tone::Warn),
        "unsigned" => ("unsigned", Tone::Warn),
        _ => ("genuine ring", Tone::Good),
    };
    (word.to_owned(), tone)
}

/// What made something happen.
pub(crate) fn cause(cause: &Cause) -> &'static str {
    match cause {
        Cause::Delivery(_) => "Delivery",
        Cause::Other(source) => match source.as_str() {
            "reading" => "Read at the provider",
            "host" => "Host application",
            "person" => "Person in the widget",
            _ => "Learned",
        },
    }
}

pub(crate) fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Sessions => "Sessions",
        Kind::Deliveries => "Deliveries",
        Kind::Events => "Events",
        Kind::Outbox => "Outbox",
    }
}

/// What a list is of.
pub(crate) fn about(kind: Kind) -> &'static str {
    match kind {
        Kind::Sessions => "One hosted run at a provider for one person.",
        Kind::Deliveries => {
            "What providers sent, and why it was believed or not. Refused ones are remembered for an hour."
        }
        Kind::Events => "What happened to sessions, as your application is told.",
        Kind::Outbox => "Events on their way to each of your addresses.",
    }
}

/// What to read where a list is empty.
pub(crate) fn nothing(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Sessions => ("No sessions yet", "They appear as soon as your application opens one."),
        Kind::Deliveries => (
            "No deliveries yet",
            "If your provider says that it sent some, compare its webhook URL with this server's public URL.",
        ),
        Kind::Events => ("No events yet", "The first one is written when a session is opened."),
        Kind::Outbox => (
            "Nothing was sent to anybody",
            "Name your application's addresses in HEADSHOT_EVENTS_URL, or let it read /v1/events.",
        ),
    }
}

/// What setting a record going again does.
pub(crate) fn replay(kind: Kind) -> &'static str {
    match kind {
        Kind::Sessions => "Read again at the provider",
        Kind::Deliveries => "Ring again",
        Kind::Events => "Send again to all",
        Kind::Outbox => "Send again",
    }
}

/// What was done by it.
pub(crate) fn replayed(kind: Kind) -> &'static str {
    match kind {
        Kind::Sessions => "The session is read again at its provider.",
        Kind::Deliveries => "The sessions of the delivery are read again at their provider.",
        Kind::Events | Kind::Outbox => "The event is sent again.",
    }
}

/// How a provider calls itself.
pub(crate) fn provider(name: &str) -> String {
    match name {
        "headshotpro" => "HeadshotPro".to_owned(),
        "scale" => "Scale Headshots".to_owned(),
        "skylab" => "Skylab Studio".to_owned(),
        other => other.to_owned(),
    }
}

/// The beginning and the end of a long id.
pub(crate) fn short(id: &str) -> String {
    match (id.get(..8), id.get(id.len().saturating_sub(4)..)) {
        (Some(head), Some(tail)) if id.len() > 16 => format!("{head}…{tail}"),
        _ => id.to_owned(),
    }
}

/// A word of a program without its underscores.
pub(crate) fn plain(word: &str) -> String {
    word.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::record;

    #[test]
    fn long_ids_are_shortened_and_others_are_not() {
        assert_eq!(short("ses_0123456789abcdef0123456789abcdef"), "ses_0123…cdef");
        assert_eq!([short("17"), short("é"), short("")], ["17", "é", ""]);
    }

    #[test]
    fn a_genuine_delivery_that_shows_nothing_is_no_good_as_gold() {
        let tone = |json: &str| status(Kind::Deliveries, &record(json)).1;
        assert_eq!(tone(r#"{"status": "recorded", "trust": "body"}"#), Tone::Good);
        assert_eq!(tone(r#"{"status": "recorded", "trust": "stale"}"#), Tone::Warn);
        assert_eq!(tone(r#"{"status": "refused"}"#), Tone::Bad);
    }
}
