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

pub(crate) use codes;
