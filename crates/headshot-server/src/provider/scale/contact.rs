//! What a contact is to hold.

use headshot_api::OpenSession;
use serde_json::{Map, Value, json};

use super::wire::Contact;

/// What a contact is to hold after this request; `None` where it does already. What the provider holds beside it is
/// sent along, because an update may replace everything.
pub(super) fn fields(
    known: Option<&Contact>,
    request: &OpenSession,
    studio_id: &str,
    list_ids: &[String],
) -> Option<Value> {
    let before = known.map(|contact| contact.fields.clone()).unwrap_or_default();
    let mut fields = before.clone();
    let texts = [("first_name", &request.first_name), ("last_name", &request.last_name)];
    for (name, text) in texts {
        if let Some(text) = text {
            fields.insert(name.into(), json!(text));
        }
    }
    if known.is_none() {
        fields.insert("email".into(), json!(request.email));
    }
    add_to_list(&mut fields, "studio_ids", std::iter::once(studio_id));
    add_to_list(&mut fields, "list_ids", list_ids.iter().chain(&request.list_ids).map(String::as_str));
    if !request.custom_attributes.is_empty() {
        let mut attributes = fields.get("custom_attributes").and_then(Value::as_object).cloned().unwrap_or_default();
        attributes.extend(request.custom_attributes.iter().map(|(name, text)| (name.clone(), json!(text))));
        fields.insert("custom_attributes".into(), attributes.into());
    }
    (fields != before).then_some(Value::Object(fields))
}

fn add_to_list<'i>(fields: &mut Map<String, Value>, name: &str, ids: impl Iterator<Item = &'i str>) {
    let mut list = fields.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    for id in ids {
        if !list.iter().any(|known| known == id) {
            list.push(json!(id));
        }
    }
    if !list.is_empty() {
        fields.insert(name.to_owned(), list.into());
    }
}

#[cfg(test)]
mod tests {
    use super::super::wire;
    use super::*;

    fn request(more: &Value) -> OpenSession {
        let mut request = json!({"provider": "scale", "email": "ada@example.test"});
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(request).unwrap()
    }

    #[test]
    fn a_new_contact_has_what_the_request_says() {
        let request = request(&json!({"firstName": "Ada", "customAttributes": {"role": "CTO"}, "listIds": ["lst_2"]}));
        assert_eq!(
            fields(None, &request, "stu_1", &["lst_1".into()]),
            Some(json!({
                "first_name": "Ada", "email": "ada@example.test", "studio_ids": ["stu_1"],
                "custom_attributes": {"role": "CTO"}, "list_ids": ["lst_1", "lst_2"],
            }))
        );
    }

    #[test]
    fn an_update_loses_nothing_that_the_provider_holds() {
        let known = wire::contact(&json!({
            "id": "ctn_1", "email": "Ada@Example.test", "first_name": "Ada", "last_name": "L", "phone": "1",
            "studio_ids": ["stu_0"], "custom_attributes": {"role": "CTO", "floor": 3}, "list_ids": null,
        }));
        let request = request(&json!({"firstName": "Augusta", "customAttributes": {"role": "CEO"}}));
        assert_eq!(
            fields(known.as_ref(), &request, "stu_1", &[]),
            Some(json!({
                "email": "Ada@Example.test", "first_name": "Augusta", "last_name": "L",
                "studio_ids": ["stu_0", "stu_1"], "custom_attributes": {"role": "CEO", "floor": 3},
            }))
        );
    }

    #[test]
    fn a_contact_that_holds_everything_is_left_alone() {
        let known =
            wire::contact(&json!({"id": "c", "email": "ada@example.test", "studio_ids": ["stu_1"], "list_ids": ["l"]}));
        assert_eq!(fields(known.as_ref(), &request(&json!({})), "stu_1", &["l".into()]), None);
    }
}
