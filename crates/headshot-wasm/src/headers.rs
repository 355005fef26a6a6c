use headshot_verify::Headers;

/// The headers that a verifier reads, as they cross from JavaScript: a line for each time that one occurs, its first
/// byte the place of the header among `names`, counted from `A`.
#[derive(Clone, Copy)]
pub(crate) struct HeaderLines<'h, N> {
    lines: &'h [u8],
    names: &'h [N],
}

impl<'h, N: AsRef<str>> HeaderLines<'h, N> {
    pub(crate) fn new(lines: &'h [u8], names: &'h [N]) -> Self {
        Self { lines, names }
    }
}

impl<'h, N: AsRef<str>> Headers<'h> for HeaderLines<'h, N> {
    fn values(&self, name: &str) -> impl Iterator<Item = &'h [u8]> {
        let letter = self.names.iter().zip(b'A'..).find(|(other, _)| other.as_ref() == name).map(|(_, letter)| letter);
        let lines = self.lines.split(|byte| *byte == b'\n').filter_map(|line| line.split_first());
        lines.filter(move |(first, _)| Some(**first) == letter).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(lines: &str, name: &str) -> Vec<String> {
        let headers = HeaderLines::new(lines.as_bytes(), &["x-a", "x-b"]);
        headers.values(name).map(|value| String::from_utf8(value.to_vec()).unwrap()).collect()
    }

    #[test]
    fn finds_every_value_in_order() {
        let lines = "A1\nB2\nA3\n";
        assert_eq!(values(lines, "x-a"), ["1", "3"]);
        assert_eq!(values(lines, "x-b"), ["2"]);
        assert_eq!(values(lines, "x-c"), [""; 0]);
    }

    #[test]
    fn keeps_a_value_as_it_is() {
        assert_eq!(values("A a:b \n", "x-a"), [" a:b "]);
        assert_eq!(values("A\n", "x-a"), [""]);
        assert_eq!(values("", "x-a"), [""; 0]);
    }
}
