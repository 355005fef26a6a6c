/// The secrets in `packed`, each after its length in four bytes, the lowest first.
pub(crate) fn unpacked(packed: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = packed;
    core::iter::from_fn(move || {
        let (length, others) = rest.split_first_chunk()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (secret, others) = others.split_at_checked(length)?;
        rest = others;
        Some(secret)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn come_one_after_the_other() {
        let packed = [1, 0, 0, 0, b'a', 0, 0, 0, 0, 2, 0, 0, 0, b'b', b'c'];
        assert!(unpacked(&packed).eq([&b"a"[..], b"", b"bc"]));
        assert!(unpacked(&[]).next().is_none());
    }
}
