use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::refusal::Refusal;
use crate::time::text;

/// What is to be done to photos: an id, and options that the sandbox keeps and shows without knowing them all.
#[derive(Clone)]
pub(super) struct Profile {
    pub(super) id: u64,
    options: Map<String, Value>,
}

/// Options whose keys stay in snake case in answers \[004\]\[k-openapi\].
const SNAKE_CASE: [&str; 3] = ["enable_no_image_output", "enable_strip_png_metadata", "enable_srgb_output"];
/// What cropping needs: that it needs some is documented, which ones is not \[k-openapi\].
const CROP_FIELDS: [&str; 5] = ["crop_position_x", "crop_position_y", "crop_scale", "crop_size_x", "crop_size_y"];

impl Profile {
    /// A profile of these options, in the request's snake case.
    pub(super) fn new(id: u64, wanted: &Map<String, Value>) -> Result<Self, Refusal> {
        if wanted.get("name").and_then(Value::as_str).is_none_or(str::is_empty) {
            return Err(Refusal::invalid("name", "can't be blank"));
        }
        let crops = wanted.get("enable_crop") != Some(&Value::Bool(false));
        if let Some(missing) = CROP_FIELDS.iter().find(|field| crops && !wanted.contains_key(**field)) {
            return Err(Refusal::invalid(missing, "can't be blank while enable_crop is on"));
        }
        let mut profile = Self { id, options: defaults() };
        profile.options.insert("createdAt".into(), text(Timestamp::now()).into());
        profile.change(wanted);
        Ok(profile)
    }

    /// Sets these options, in the request's snake case, and leaves the others.
    pub(super) fn change(&mut self, wanted: &Map<String, Value>) {
        let options = wanted.iter().filter(|(name, _)| *name != "id");
        self.options.extend(options.map(|(name, value)| (answered(name), value.clone())));
        self.options.insert("updatedAt".into(), text(Timestamp::now()).into());
    }

    /// Whether the person is cut out of the picture.
    pub(super) fn extracts(&self) -> bool {
        self.options.get("enableExtract") == Some(&Value::Bool(true))
    }

    pub(super) fn view(&self) -> Value {
        let mut view = Value::Object(self.options.clone());
        view["id"] = self.id.into();
        view["accountId"] = super::account::ACCOUNT_ID.into();
        view
    }
}

/// An option's name in answers.
fn answered(name: &str) -> String {
    if SNAKE_CASE.contains(&name) {
        return name.to_owned();
    }
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, word| {
        let (start, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        text + &start.to_uppercase() + rest
    })
}

fn defaults() -> Map<String, Value> {
    let defaults = json!({
        "enableCrop": true, "enableColor": true, "enableRetouch": false, "enableExtract": false,
        "replaceBackground": false, "dualFileOutput": false, "outputFileType": "png",
        "enable_no_image_output": false, "enable_strip_png_metadata": false, "enable_srgb_output": false,
    });
    defaults.as_object().cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_in_camel_case_but_for_three_keys() {
        assert_eq!(answered("enable_retouch_full_body"), "enableRetouchFullBody");
        assert_eq!(answered("name"), "name");
        assert_eq!(answered("enable_srgb_output"), "enable_srgb_output");
    }
}
