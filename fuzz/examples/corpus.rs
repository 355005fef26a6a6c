//! Makes the committed corpus from the vectors: `cargo run --manifest-path fuzz/Cargo.toml --example corpus`.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

/// Longer inputs slow the fuzzer down and hold nothing that a shorter one does not.
const LONGEST: usize = 2048;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let vectors = root.join("../crates/headshot-verify/vectors");
    let (mut deliveries, mut bodies) = (BTreeSet::new(), BTreeSet::new());
    for file in fs::read_dir(vectors).expect("the vectors are beside the crate") {
        let file = file.expect("the folder can be read").path();
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = fs::read_to_string(file).expect("the vectors are text");
        let vectors: Vec<Value> = serde_json::from_str(&text).expect("the vectors are JSON");
        for vector in vectors {
            deliveries.extend(delivery(&vector));
            bodies.extend(vector["body"].as_str().map(str::to_owned));
        }
    }
    write(&root.join("corpus/delivery"), deliveries);
    write(&root.join("corpus/events"), bodies);
}

/// The vector as one text, if it is one of a provider that the text can name.
fn delivery(vector: &Value) -> Option<String> {
    let setting = match vector["provider"].as_str() {
        None | Some("headshotpro") => vector["scheme"].as_str().unwrap_or("timestamped"),
        Some(other) => other,
    };
    let secret = vector["secrets"].get(0)?.as_str().filter(|secret| !secret.contains('\n'))?;
    let headers = vector["headers"].as_array()?.iter();
    let headers: String = headers.map(|pair| format!("{}: {}\n", text(&pair[0]), text(&pair[1]))).collect();
    Some(format!("{setting}\n{secret}\n{}\n{headers}\n{}", vector["now"], vector["body"].as_str()?))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn write(folder: &Path, texts: BTreeSet<String>) {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).expect("the folder can be made");
    for (number, text) in texts.iter().filter(|text| text.len() <= LONGEST).enumerate() {
        fs::write(folder.join(format!("{number:03}")), text).expect("the folder takes files");
    }
}
