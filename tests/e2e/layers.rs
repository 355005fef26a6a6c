//! The verifier's modules lie in layers: each uses only those below it.

use std::{collections::BTreeMap, fs, path::Path};

/// The modules of `headshot-verify`, each after everything that it uses.
const LAYERS: [&[&str]; 11] = [
    &["codec", "errors", "words"],
    &["error", "headers"],
    &["json", "secret", "time"],
    &["check", "jws", "references", "shape"],
    &["neutral", "payload", "scheme"],
    &["provider", "receipt", "verified"],
    &["verifier"],
    &["http"],
    &["axum"],
    &["sign"],
    &["binding"],
];

/// Modules of one layer that stand beside each other in this order.
const WITHIN: [(&str, &str); 3] = [("error", "headers"), ("neutral", "payload"), ("verified", "receipt")];

#[test]
fn each_module_of_the_verifier_uses_only_what_lies_below_it() {
    let sources = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/headshot-verify/src"));
    let library = fs::read_to_string(sources.join("lib.rs")).expect("the verifier is there");
    let exported = exported(&library);
    let modules: Vec<&str> = LAYERS.concat();
    let mut count = 0;
    for file in files(sources) {
        let module = module_of(&file, sources);
        let text = fs::read_to_string(&file).expect("a source file is text");
        for word in named_after_crate(code_of(&text)) {
            let used = exported.get(word.as_str()).map_or(word.as_str(), String::as_str);
            if module == "lib" || used == module || !modules.contains(&used) {
                continue;
            }
            count += 1;
            let is_below = layer(used) < layer(&module) || WITHIN.contains(&(used, module.as_str()));
            assert!(is_below, "{} uses {used}, which does not lie below it", file.display());
        }
    }
    assert!(count > 100, "only {count} uses were found");
}

#[test]
fn every_module_of_the_verifier_has_a_layer() {
    let sources = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/headshot-verify/src"));
    for file in files(sources) {
        let module = module_of(&file, sources);
        assert!(module == "lib" || LAYERS.concat().contains(&module.as_str()), "{module} is in no layer");
    }
}

fn layer(module: &str) -> usize {
    let found = LAYERS.iter().position(|layer| layer.contains(&module));
    found.unwrap_or_else(|| panic!("{module} is in no layer"))
}

/// The module that each name at the crate's root comes from.
fn exported(library: &str) -> BTreeMap<&str, String> {
    let exports = library.split("pub use ").skip(1).filter_map(|rest| rest.split_once(';')?.0.split_once("::"));
    let named = exports.flat_map(|(module, names)| {
        let names = names.trim_matches(['{', '}']).split(',').map(str::trim);
        names.map(move |name| (name, module.to_owned()))
    });
    named.collect()
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of sources").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The first part of a file's path, without its ending.
fn module_of(file: &Path, sources: &Path) -> String {
    let inside = file.strip_prefix(sources).expect("it lies there").iter().next().expect("it has a name");
    inside.to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// The text without its tests.
fn code_of(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default()
}

/// Every name that follows `crate::`, alone or within braces.
fn named_after_crate(code: &str) -> Vec<String> {
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join("\n");
    code.split("crate::").skip(1).flat_map(first_names).collect()
}

fn first_names(after: &str) -> Vec<String> {
    let Some(group) = after.strip_prefix('{') else { return vec![first_word(after)] };
    let mut depth = 0;
    let mut names = vec![first_word(group)];
    for (place, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(first_word(&group[place + 1..])),
            _ => {}
        }
    }
    names
}

fn first_word(text: &str) -> String {
    text.trim_start().chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}
