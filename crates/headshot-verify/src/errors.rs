//! Errors, each declared once with all that is said of it.

/// Declares an error, with each variant's code and message beside it; the message may name the variant's fields.
macro_rules! errors {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $(
                $(#[$variant_meta:meta])*
                $variant:ident $({ $( $(#[$field_meta:meta])* $field:ident: $type:ty ),+ $(,)? })?
                    = $code:literal, $message:literal $(, $argument:expr )*;
            )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$variant_meta])* $variant $({ $( $(#[$field_meta])* $field: $type ),+ })?, )+
        }

        impl $name {
            #[doc = concat!("Every code that [`", stringify!($name), "::code`] can give.")]
            pub const CODES: &'static [&'static str] = &[ $( $code, )+ ];

            /// One stable word for programs: the same in Rust, in JavaScript and in the server's answers.
            #[must_use]
            pub const fn code(&self) -> &'static str {
                match self {
                    $( Self::$variant { .. } => $code, )+
                }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self {
                    $( Self::$variant $({ $( $field ),+ })? => write!(f, $message $(, $argument )*), )+
                }
            }
        }

        impl core::error::Error for $name {}
    };
}

/// Declares the refusals: for each its code, the [`Stage`](crate::error::Stage) of the check that finds it, its message
/// and what helps; and how each field comes about.
macro_rules! refusals {
    (
        $(
            $(#[$variant_meta:meta])*
            $variant:ident $({ $( $(#[$field_meta:meta])* $field:ident: $type:ty = $made:expr ),+ $(,)? })?
                = $code:literal, $stage:ident,
                    $message:literal $(, $argument:expr )*;
                    $remedy:literal;
        )+
    ) => {
        crate::errors::errors! {
            /// Why a delivery was refused, or why a verifier could not be made.
            ///
            /// It holds no secret and nothing of the delivery but numbers, so it may be logged.
            pub enum VerifyError {
                $(
                    $(#[$variant_meta])*
                    $variant $({ $( $(#[$field_meta])* $field: $type ),+ })? = $code, $message $(, $argument )*;
                )+
            }
        }

        impl VerifyError {
            /// Where to look first, in a few words for a person.
            #[must_use]
            pub const fn remedy(&self) -> &'static str {
                match self {
                    $( Self::$variant { .. } => $remedy, )+
                }
            }

            const fn stage(&self) -> Stage {
                match self {
                    $( Self::$variant { .. } => Stage::$stage, )+
                }
            }
        }

        /// Why a delivery is refused: [`VerifyError`] without what its variants hold, in the same order.
        ///
        /// It is a byte, and so passes through the many steps of a check in fewer instructions. It is also what a binding
        /// hands over that has texts of its own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the error's variants of these names are described")]
        pub enum Flaw {
            $( $variant, )+
        }

        impl Flaw {
            /// All of them, in their order.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )+ ];

            /// The error that people read.
            #[must_use]
            pub fn error(self, told: &Told<'_>) -> VerifyError {
                match self {
                    $( Self::$variant => VerifyError::$variant $({
                        $( $field: {
                            let made: fn(&Told<'_>) -> $type = $made;
                            made(told)
                        } ),+
                    })?, )+
                }
            }

            /// Which stage of the check finds it.
            #[must_use]
            pub const fn stage(self) -> Stage {
                match self {
                    $( Self::$variant => Stage::$stage, )+
                }
            }
        }
    };
}

pub(crate) use {errors, refusals};
