use super::{Act, Node, control, paragraph};
use crate::{
    Language,
    language::Phrase,
    session::model::{Copying, Model},
};

/// The way to the person's phone, or to another browser. The link is the provider's, which its provider ends; it stands in
/// no attribute.
pub(super) fn phone(model: &Model, language: &Language) -> Option<Node> {
    let phone = model.phone()?;
    let detail = if phone.has_code { Phrase::PhoneDetail } else { Phrase::PhoneLink };
    let label = if phone.copying == Copying::Done { Phrase::LinkCopied } else { Phrase::CopyLink };
    let link = (phone.copying == Copying::ByHand).then(|| {
        Node::new("input")
            .part("link")
            .class("by-hand")
            .attr("readonly", "")
            .attr("aria-label", language.text(Phrase::Link))
            .value(model.link().unwrap_or_default())
    });
    let code = Node::new("canvas")
        .part("code")
        .class("code")
        .attr("role", "img")
        .attr("aria-label", language.text(Phrase::PhoneCode))
        .attr_if(!phone.has_code, "hidden", "");
    let ways = Node::new("div")
        .class("ways")
        .attr("aria-live", "polite")
        .child(control(language, label, "copy-link", "button", Act::CopyLink))
        .child(link);
    let words = Node::new("div")
        .class("words")
        .child(paragraph("heading", language.text(Phrase::OpenPhone)))
        .child(paragraph("detail", language.text(detail)))
        .child(ways);
    Some(Node::new("div").part("phone").class("phone").child(code).child(words))
}
