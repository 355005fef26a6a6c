use headshot_verify::Headers;

/// Headers as lines `name:value`, one for each time that a header occurs: how they cross from JavaScript in one text.
#[derive(Clone, Copy)]
pub(crate) struct HeaderLines<'h>(pub(crate) &'h str);

impl<'h> Headers<'h> for HeaderLines<'h> {
    fn values(&self, name: &str) -> impl Iterator<Item = &'h [u8]> {
        let lines = self.0.split('\n').filter_map(|line| line.split_once(':'));
        lines.filter(move |(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(lines: &str, name: &str) -> Vec<String> {
        let lines = HeaderLines(lines);
        lines.values(name).map(|value| String::from_utf8(value.to_vec()).unwrap()).collect()
    }

    #[test]
    fn finds_every_value_in_order_and_in_any_case() {
        let lines = "x-a:1\nx-b:2\nX-A:3\n";
        assert_eq!(values(lines, "x-a"), ["1", "3"]);
        assert_eq!(values(lines, "x-b"), ["2"]);
        assert_eq!(values(lines, "x-c"), [""; 0]);
    }

    #[test]
    fn keeps_a_value_as_it_is() {
        assert_eq!(values("x-a: a:b \n", "x-a"), [" a:b "]);
        assert_eq!(values("x-a:\n", "x-a"), [""]);
        assert_eq!(values("", "x-a"), [""; 0]);
    }
}
