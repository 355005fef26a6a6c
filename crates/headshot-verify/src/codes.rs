//! Errors' codes, each written once.

/// Gives every variant of an enumeration its code, and lists the codes in the same order.
macro_rules! codes {
    ($visibility:vis $name:ident, $( $variant:pat => $code:literal, )+) => {
        impl $name {
            #[doc = concat!("Every code that [`", stringify!($name), "::code`] can give.")]
            $visibility const CODES: &'static [&'static str] = &[ $( $code, )+ ];

            /// One stable word for programs: the same in Rust, in JavaScript and in the server's answers.
            #[must_use]
            $visibility const fn code(&self) -> &'static str {
                match self {
                    $( $variant => $code, )+
                }
            }
        }
    };
}

/// Declares an error whose variants hold nothing, with each variant's code and message beside it.
macro_rules! plain_errors {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $code:literal, $message:literal; )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$variant_meta])* $variant, )+
        }

        crate::codes::codes! {
            pub $name,
            $( Self::$variant => $code, )+
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(match self {
                    $( Self::$variant => $message, )+
                })
            }
        }

        impl core::error::Error for $name {}
    };
}

pub(crate) use {codes, plain_errors};
