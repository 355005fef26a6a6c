/// Hands an enumeration to serde as its word.
macro_rules! serialized {
    ($name:ident, $word_of:ident) => {
        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.$word_of())
            }
        }
    };
}

/// Declares an enumeration of a provider's words, which keeps a word that it does not know.
macro_rules! words {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $word:literal, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$variant_meta])* $variant, )+
            /// A word that this version does not know, as it came.
            Other(alloc::string::String),
        }

        #[expect(clippy::as_conversions, reason = "there are few words")]
        const _: () = {
            /// The place of each word among the words.
            #[derive(Clone, Copy)]
            enum Place { $( $variant, )+ }

            const WORDS: &[&str] = &[ $( $word, )+ ];

            impl $name {
                /// The provider's word.
                #[must_use]
                pub fn as_str(&self) -> &str {
                    let place = match self {
                        $( Self::$variant => Place::$variant, )+
                        Self::Other(word) => return word,
                    };
                    WORDS.get(place as usize).copied().unwrap_or_default()
                }
            }

            impl From<alloc::string::String> for $name {
                fn from(word: alloc::string::String) -> Self {
                    match $crate::words::place(WORDS, &word) {
                        $( place if place == Place::$variant as usize => Self::$variant, )+
                        _ => Self::Other(word),
                    }
                }
            }
        };

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        $crate::words::serialized!($name, as_str);
    };
}

/// Declares an enumeration of our own words: in settings, in JSON, or for programs. Any other word is the error behind
/// `or`, where words are read.
macro_rules! names {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $word:literal, )+
        }
        $word_of:ident $( or $error:ident::$unknown:ident )?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$variant_meta])* $variant, )+
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )+ ];

            /// Its word, the same in every language.
            #[must_use]
            pub const fn $word_of(self) -> &'static str {
                match self {
                    $( Self::$variant => $word, )+
                }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.$word_of())
            }
        }

        $crate::words::serialized!($name, $word_of);

        $(
            impl core::str::FromStr for $name {
                type Err = $error;

                fn from_str(word: &str) -> Result<Self, $error> {
                    Self::ALL.iter().find(|known| known.$word_of() == word).copied().ok_or($error::$unknown)
                }
            }
        )?
    };
}

/// Where the word stands among the words, or else how many there are.
pub(crate) fn place(words: &[&str], word: &str) -> usize {
    words.iter().position(|known| *known == word).unwrap_or(words.len())
}

pub(crate) use {names, serialized, words};
