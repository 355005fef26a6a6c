/// An enumeration that the wire knows by words: what these words mean is told in one place, for Rust and for the schema.
///
/// Who reads keeps a word that this version does not know, so that an old widget works with a newer server.
macro_rules! words {
    (
        $(#[doc = $about:literal])*
        $name:ident: $($(#[doc = $doc:literal])* $variant:ident = $word:literal,)*
    ) => {
        $(#[doc = $about])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[doc = $doc])* #[serde(rename = $word)] $variant,)*
            /// A word that this version does not know.
            #[serde(untagged)]
            Other(String),
        }

        impl $name {
            /// Every one that this version knows.
            pub const ALL: [Self; [$($word),*].len()] = [$(Self::$variant),*];

            /// The one that is written so.
            #[must_use]
            pub fn from_word(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)*
                    other => Self::Other(other.to_owned()),
                }
            }

            /// The word on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Other(word) => word,
                }
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let about = [$($about),*].map(str::trim).join("\n");
                let words = [$(($word, concat!($($doc),*))),*];
                let list = words.iter().map(|(word, doc)| format!("\n- `{word}`: {}", doc.trim())).collect::<String>();
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::Type::String)
                    .enum_values(Some(words.map(|(word, _)| word)))
                    .description(Some(format!("{about}\n{list}\n\nA newer server may have other words.")))
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    };
}

pub(crate) use words;

#[cfg(test)]
mod tests {
    use crate::{EventType, Progress, State, UploadState};

    macro_rules! is_read_as_it_is_written {
        ($($name:ident),*) => {$(
            for known in $name::ALL {
                assert_eq!(serde_json::to_value(&known).unwrap(), known.as_str());
                assert_eq!(serde_json::from_value::<$name>(known.as_str().into()).unwrap(), known);
                assert_eq!($name::from_word(known.as_str()), known);
            }
            let newer = $name::Other("of-a-newer-server".into());
            assert_eq!(serde_json::from_value::<$name>("of-a-newer-server".into()).unwrap(), newer);
            assert_eq!($name::from_word("of-a-newer-server"), newer);
            assert_eq!(serde_json::to_value(&newer).unwrap(), "of-a-newer-server");
        )*};
    }

    #[test]
    fn every_word_is_read_as_it_is_written_and_one_of_a_newer_server_is_kept() {
        is_read_as_it_is_written!(EventType, Progress, State, UploadState);
    }
}
