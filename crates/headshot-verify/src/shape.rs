//! Which fields of a JSON object are which fields of a struct, each written once.

/// Declares the fields that a struct has in JSON, for reading and for writing.
///
/// Each has a kind, which is the name of a method of [`Object`](crate::json::Object) that takes it out and of one of
/// [`ObjectWriter`](crate::json::ObjectWriter) that writes it, and our name; `from` tells the provider's name where it
/// is another one, and `or` another spelling of it. Fields in the parentheses are left to the caller.
macro_rules! shape {
    (
        $name:ident( $( $known:ident: $type:ty ),* ) {
            $( $kind:ident $field:ident = $ours:literal $( from $theirs:literal )? $( or $spelling:literal )?; )+
        }
    ) => {
        impl $name {
            fn from_fields(mut fields: $crate::json::Object<'_>, $( $known: $type ),* ) -> Self {
                let mut made = Self { $( $known, )* $( $field: Default::default(), )+ other: Default::default() };
                $(
                    let _ = fields.$kind($crate::shape::first!($( $theirs, )? $ours), &mut made.$field)
                        $( || fields.$kind($spelling, &mut made.$field) )?;
                )+
                made.other = fields.into_fields();
                made
            }

            fn write_fields(&self, json: &mut $crate::json::ObjectWriter) {
                $( json.$kind($ours, &self.$field); )+
            }
        }
    };
}

/// The first of some.
macro_rules! first {
    ($first:expr $( , $other:expr )*) => {
        $first
    };
}

pub(crate) use {first, shape};
