use serde_json::Value;

/// Headers as pairs of name and value, in their order.
pub(super) type Pairs = Vec<(String, String)>;

/// Reads headers as curl prints them, one on a line, or as JSON: an object, whose values may be lists, or a list of
/// pairs; or either of them under `headers` in a recording of the whole request.
pub(super) fn parse(text: &str) -> Result<Pairs, String> {
    let text = text.trim_start_matches('\u{feff}');
    let headers = if text.trim_start().starts_with(['{', '[']) { of_json(text)? } else { of_lines(text)? };
    if headers.is_empty() { Err("there is no header in it".to_owned()) } else { Ok(headers) }
}

fn of_lines(text: &str) -> Result<Pairs, String> {
    let lines = text.lines().enumerate().map(|(number, line)| (number + 1, of_curl(line)));
    let lines = lines.filter(|(_, line)| !line.trim().is_empty() && !is_first_line(line));
    lines.map(|(number, line)| of_line(line).ok_or_else(|| format!("line {number} is not `Name: value`"))).collect()
}

fn of_line(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let is_name = !name.is_empty() && !name.contains(char::is_whitespace);
    // One space is how it is written; more may be what is wrong.
    is_name.then(|| (name.to_owned(), value.strip_prefix(' ').unwrap_or(value).to_owned()))
}

/// The line without what `curl --verbose` puts in front; nothing if it is curl's own.
fn of_curl(line: &str) -> &str {
    let said = line.strip_prefix("> ").or_else(|| line.strip_prefix("< ")).unwrap_or(line);
    if said.starts_with("* ") || [">", "<"].contains(&said.trim()) { "" } else { said }
}

/// Whether it is the first line of a request or an answer.
fn is_first_line(line: &str) -> bool {
    let mut words = line.split(' ');
    let is_answer = line.starts_with("HTTP/");
    is_answer || (words.next().is_some_and(|word| !word.ends_with(':')) && words.any(|word| word.starts_with("HTTP/")))
}

fn of_json(text: &str) -> Result<Pairs, String> {
    let read = serde_json::from_str(text).map_err(|_| "it is neither lines `Name: value` nor JSON".to_owned())?;
    match of_request(read) {
        Value::Object(fields) => Ok(fields.into_iter().flat_map(|(name, value)| of_field(&name, value)).collect()),
        list => serde_json::from_value(list).map_err(|_| "the list is not one of pairs of name and value".to_owned()),
    }
}

/// The headers of a whole request; no header has parts of its own.
fn of_request(mut read: Value) -> Value {
    match read.get_mut("headers") {
        Some(headers) if headers.is_object() || headers[0].is_array() => headers.take(),
        _ => read,
    }
}

/// Node gives a list for a header that came more than once.
fn of_field(name: &str, value: Value) -> Vec<(String, String)> {
    let values = if let Value::Array(values) = value { values } else { vec![value] };
    let values = values.into_iter().filter_map(|value| match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    });
    values.map(|value| (name.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Vec<(String, String)> {
        parse(text).unwrap()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn reads_what_curl_prints() {
        let plain = "POST /hook HTTP/1.1\r\nHost: example.test\r\nX-A: a: b\r\nX-A:2\r\n\r\n";
        assert_eq!(parsed(plain), pairs(&[("Host", "example.test"), ("X-A", "a: b"), ("X-A", "2")]));
        let verbose = "* Connected\n> POST / HTTP/1.1\n> X-A: 1\n>\n< HTTP/1.1 200 OK\n< X-B: 2\n";
        assert_eq!(parsed(verbose), pairs(&[("X-A", "1"), ("X-B", "2")]));
    }

    #[test]
    fn keeps_the_white_space_that_may_be_the_mistake() {
        assert_eq!(parsed("X-A:  1 \n"), pairs(&[("X-A", " 1 ")]));
    }

    #[test]
    fn reads_json() {
        let expected = pairs(&[("x-a", "1"), ("x-b", "2"), ("x-b", "3")]);
        assert_eq!(parsed(r#"{"x-a": 1, "x-b": ["2", "3"], "x-c": null}"#), expected);
        assert_eq!(parsed(r#" [["x-a", "1"], ["x-b", "2"], ["x-b", "3"]]"#), expected);
    }

    #[test]
    fn reads_those_of_a_whole_request() {
        let expected = pairs(&[("x-a", "1"), ("x-b", "2")]);
        assert_eq!(parsed(r#"{"method": "POST", "headers": {"x-a": "1", "x-b": ["2"]}, "body": "{}"}"#), expected);
        assert_eq!(parsed(r#"{"headers": [["x-a", "1"], ["x-b", "2"]]}"#), expected);
        assert_eq!(parsed(r#"{"headers": "1", "x-b": "2"}"#), pairs(&[("headers", "1"), ("x-b", "2")]));
    }

    #[test]
    fn names_the_line_that_is_none() {
        assert_eq!(parse("X-A: 1\nnothing\n").unwrap_err(), "line 2 is not `Name: value`");
        assert!(parse("").is_err() && parse("{\"a\"").is_err() && parse("[1]").is_err());
    }
}
