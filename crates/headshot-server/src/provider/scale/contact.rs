//! What a contact is to hold.

use headshot_api::OpenSession;
use serde_json::{Map, Value, json};

use super::wire::Contact;

/// What the server is told to put every person into.
pub(super) struct Places<'s> {
    pub(super) studio_id: &'s str,
    pub(super) list_ids: &'s [String],
}

/// A contact for somebody who has none.
pub(super) fn created(request: &OpenSession, places: &Places<'_>) -> Value {
    let email = Map::from_iter([("email".to_owned(), json!(request.email))]);
    Value::Object(filled(email, request, places))
}

/// The update of a contact; `None` where it holds everything already. What it holds beside is sent along, because an
/// update may replace everything.
pub(super) fn updated(contact: &Contact, request: &OpenSession, places: &Places<'_>) -> Option<Value> {
    let fields = filled(contact.fields.clone(), request, places);
    (fields != contact.fields).then_some(Value::Object(fields))
}

fn filled(mut fields: Map<String, Value>, request: &OpenSession, places: &Places<'_>) -> Map<String, Value> {
    for (name, text) in [("first_name", &request.first_name), ("last_name", &request.last_name)] {
        fields.extend(text.iter().map(|text| (name.to_owned(), json!(text))));
    }
    add_to_list(&mut fields, "studio_ids", std::iter::once(places.studio_id));
    add_to_list(&mut fields, "list_ids", places.list_ids.iter().chain(&request.list_ids).map(String::as_str));
    if !request.custom_attributes.is_empty() {
        let mut attributes = fields.get("custom_attributes").and_then(Value::as_object).cloned().unwrap_or_default();
        attributes.extend(request.custom_attributes.iter().map(|(name, text)| (name.clone(), json!(text))));
        fields.insert("custom_attributes".to_owned(), attributes.into());
    }
    fields
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
            created(&request, &Places { studio_id: "stu_1", list_ids: &["lst_1".into()] }),
            json!({
                "first_name": "Ada", "email": "ada@example.test", "studio_ids": ["stu_1"],
                "custom_attributes": {"role": "CTO"}, "list_ids": ["lst_1", "lst_2"],
            })
        );
    }

    #[test]
    fn an_update_loses_nothing_that_the_provider_holds() {
        let known = wire::contact(&json!({
            "id": "ctn_1", "email": "Ada@Example.test", "first_name": "Ada", "last_name": "L", "phone": "1",
            "studio_ids": ["stu_0"], "custom_attributes": {"role": "CTO", "floor": 3}, "list_ids": null,
        }))
        .unwrap();
        let request = request(&json!({"firstName": "Augusta", "customAttributes": {"role": "CEO"}}));
        assert_eq!(
            updated(&known, &request, &Places { studio_id: "stu_1", list_ids: &[] }),
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
        let places = Places { studio_id: "stu_1", list_ids: &["l".into()] };
        assert_eq!(updated(&known.unwrap(), &request(&json!({})), &places), None);
    }
}
