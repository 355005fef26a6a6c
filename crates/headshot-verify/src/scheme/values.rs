use alloc::borrow::Cow;

use crate::{Headers, VerifyError};

/// The longest value of a header that is looked at; a token with many claims has about 1 KiB.
pub(crate) const MAX_VALUE_BYTES: usize = 8 * 1024;

/// What is asked of the headers, and so which errors speak of it.
#[derive(Clone, Copy)]
pub(crate) enum Asked {
    Signature,
    Token,
    Timestamp { accepted_by: Option<&'static str> },
    Id,
}

/// The one value of a header that has to be there once.
#[expect(clippy::ptr_arg, reason = "an error keeps the name, and clones a built-in one for nothing")]
pub(crate) fn the_value<'h>(
    headers: &impl Headers<'h>,
    name: &Cow<'static, str>,
    asked: Asked,
) -> Result<&'h [u8], VerifyError> {
    let mut values = headers.values(name);
    let Some(value) = values.next() else { return Err(asked.missing(name.clone())) };
    if values.next().is_some() {
        return Err(asked.repeated(name.clone()));
    }
    if value.len() > MAX_VALUE_BYTES {
        return Err(asked.malformed(name.clone()));
    }
    Ok(value)
}

impl Asked {
    fn missing(self, header: Cow<'static, str>) -> VerifyError {
        match self {
            Self::Signature | Self::Token => VerifyError::SignatureMissing { header },
            Self::Timestamp { accepted_by } => VerifyError::TimestampMissing { header, accepted_by },
            Self::Id => VerifyError::IdMissing { header },
        }
    }

    pub(crate) fn repeated(self, header: Cow<'static, str>) -> VerifyError {
        match self {
            Self::Signature | Self::Token => VerifyError::SignatureRepeated { header },
            Self::Timestamp { .. } => VerifyError::TimestampRepeated { header },
            Self::Id => VerifyError::IdRepeated { header },
        }
    }

    pub(crate) fn malformed(self, header: Cow<'static, str>) -> VerifyError {
        match self {
            Self::Signature => VerifyError::SignatureMalformed { header },
            Self::Token => VerifyError::TokenMalformed,
            Self::Timestamp { .. } => VerifyError::TimestampMalformed { header },
            Self::Id => VerifyError::IdMalformed { header },
        }
    }
}
