//! Which fields of a JSON object are which fields of a struct.

/// Declares the fields that a struct has in JSON.
///
/// Each has a kind, which is the name of a method of [`Object`](crate::json::Object) that takes it out, and the
/// provider's name; `or` tells another spelling of it. Fields in the parentheses are left to the caller.
macro_rules! shape {
    (
        $name:ident( $( $known:ident: $type:ty ),* ) {
            $( $kind:ident $field:ident = $name_there:literal $( or $spelling:literal )?; )+
        }
    ) => {
        impl $name {
            fn from_fields(mut fields: $crate::json::Object<'_>, $( $known: $type ),* ) -> Self {
                let mut made = Self { $( $known, )* $( $field: Default::default(), )+ other: Default::default() };
                $(
                    let _ = fields.$kind($name_there, &mut made.$field)
                        $( || fields.$kind($spelling, &mut made.$field) )?;
                )+
                made.other = fields.into_fields();
                made
            }
        }
    };
}

pub(crate) use shape;
