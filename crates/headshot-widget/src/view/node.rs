use std::{
    borrow::Cow,
    cell::RefCell,
    rc::{Rc, Weak},
};

use gloo_events::EventListener;
use leptos::tachys::view::{Mountable, Render};
use wasm_bindgen::{JsCast as _, UnwrapThrowExt as _};
use web_sys::{Element, HtmlInputElement, Node as DomNode, Text};

use super::Act;
use crate::browser::Widget;

/// An element of the view, as data. Leptos renders it like any view of its own; one type for all of them, because its own
/// builders make a type for each element, which is half of what the widget would weigh.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Node {
    tag: &'static str,
    attributes: Vec<(&'static str, Cow<'static, str>)>,
    acts: Vec<(&'static str, Act)>,
    /// What an input holds: a property, which stands nowhere in the document.
    value: Option<String>,
    text: Option<String>,
    /// A place that is empty keeps those after it what they are.
    children: Vec<Option<Node>>,
}

impl Node {
    pub(super) fn new(tag: &'static str) -> Self {
        Self { tag, ..Self::default() }
    }

    pub(super) fn attr(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    pub(super) fn class(self, class: &'static str) -> Self {
        self.attr("class", class)
    }

    pub(super) fn part(self, part: &'static str) -> Self {
        self.attr("part", part)
    }

    pub(super) fn attr_if(self, is_set: bool, name: &'static str, value: &'static str) -> Self {
        if is_set { self.attr(name, value) } else { self }
    }

    pub(super) fn on(mut self, event: &'static str, act: Act) -> Self {
        self.acts.push((event, act));
        self
    }

    pub(super) fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    pub(super) fn text(mut self, text: impl Into<Option<String>>) -> Self {
        self.text = text.into();
        self
    }

    pub(super) fn child(mut self, child: impl Into<Option<Self>>) -> Self {
        self.children.push(child.into());
        self
    }

    pub(super) fn children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children.into_iter().map(Some));
        self
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| &**value)
    }
}

/// A view and the widget that acts on what the person does in it.
pub(crate) struct Scene {
    pub(super) node: Node,
    pub(super) widget: Weak<Widget>,
}

/// An element on the page, and what it was made of.
pub(crate) struct Shown {
    node: Node,
    element: Element,
    text: Option<Text>,
    acts: Rc<RefCell<Vec<(&'static str, Act)>>>,
    _listeners: Vec<EventListener>,
    children: Vec<Option<Self>>,
}

impl Render for Scene {
    type State = Shown;

    fn build(self) -> Shown {
        Shown::build(self.node, &self.widget)
    }

    fn rebuild(self, shown: &mut Shown) {
        shown.become_node(self.node, &self.widget);
    }
}

impl Mountable for Shown {
    fn unmount(&mut self) {
        self.element.remove();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&DomNode>) {
        _ = parent.insert_before(&self.element, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let Some(parent) = self.element.parent_element() else { return false };
        child.mount(&parent, Some(&self.element));
        true
    }

    fn elements(&self) -> Vec<Element> {
        vec![self.element.clone()]
    }
}

impl Shown {
    fn build(node: Node, widget: &Weak<Widget>) -> Self {
        let document = web_sys::window().and_then(|window| window.document()).expect_throw("a document");
        let element = document.create_element(node.tag).expect_throw("an element");
        let acts = Rc::new(RefCell::new(Vec::new()));
        let listen = |(name, _): &(&'static str, Act)| {
            let (name, acts, widget) = (*name, Rc::clone(&acts), widget.clone());
            EventListener::new(&element, name, move |event| {
                let act = acts.borrow().iter().find(|(known, _)| *known == name).map(|(_, act): &(_, Act)| act.clone());
                if let Some((act, widget)) = act.zip(widget.upgrade()) {
                    widget.act(act, event);
                }
            })
        };
        let listeners = node.acts.iter().map(listen).collect();
        let empty = Node::new(node.tag);
        let mut shown = Self { node: empty, element, text: None, acts, _listeners: listeners, children: Vec::new() };
        shown.become_node(node, widget);
        shown
    }

    /// Changes on the page what differs, and nothing else: focus and screen readers stay where they are.
    fn become_node(&mut self, mut node: Node, widget: &Weak<Widget>) {
        for (name, _) in self.node.attributes.iter().filter(|(name, _)| node.attribute(name).is_none()) {
            _ = self.element.remove_attribute(name);
        }
        for (name, value) in &node.attributes {
            if self.node.attribute(name) != Some(value) {
                _ = self.element.set_attribute(name, value);
            }
        }
        if let Some(value) = node.value.as_ref().filter(|value| self.node.value.as_ref() != Some(value)) {
            self.element.unchecked_ref::<HtmlInputElement>().set_value(value);
        }
        self.say(node.text.as_deref().unwrap_or_default());
        self.acts.borrow_mut().clone_from(&node.acts);
        self.arrange(std::mem::take(&mut node.children), widget);
        self.node = node;
    }

    fn say(&mut self, text: &str) {
        match &self.text {
            Some(shown) => {
                if shown.node_value().as_deref() != Some(text) {
                    shown.set_node_value(Some(text));
                }
            }
            None if text.is_empty() => {}
            None => {
                let shown = Text::new_with_data(text).expect_throw("a text");
                _ = self.element.append_child(&shown);
                self.text = Some(shown);
            }
        }
    }

    /// From the last child to the first, so that each knows what it stands before.
    fn arrange(&mut self, mut nodes: Vec<Option<Node>>, widget: &Weak<Widget>) {
        let count = self.children.len().max(nodes.len());
        self.children.resize_with(count, || None);
        nodes.resize_with(count, || None);
        let mut next: Option<Element> = None;
        for (place, node) in self.children.iter_mut().zip(nodes).rev() {
            match (&mut *place, node) {
                (Some(shown), Some(node)) if shown.node.tag == node.tag => shown.become_node(node, widget),
                (_, node) => {
                    let old = std::mem::replace(place, node.map(|node| Self::build(node, widget)));
                    if let Some(new) = place {
                        _ = self.element.insert_before(&new.element, next.as_deref());
                    }
                    if let Some(old) = old {
                        old.element.remove();
                    }
                }
            }
            if let Some(shown) = place {
                next = Some(shown.element.clone());
            }
        }
    }
}

#[cfg(test)]
impl Node {
    /// The first element, from here downwards, for which this holds.
    pub(super) fn find(&self, holds: &dyn Fn(&Self) -> bool) -> Option<&Self> {
        if holds(self) { Some(self) } else { self.children.iter().flatten().find_map(|child| child.find(holds)) }
    }

    pub(super) fn part_named(&self, part: &str) -> Option<&Self> {
        self.find(&|node| node.attribute("part").is_some_and(|parts| parts.split(' ').any(|known| known == part)))
    }

    pub(super) fn attributes_and_text(&self) -> (&[(&'static str, Cow<'static, str>)], Option<&str>) {
        (&self.attributes, self.text.as_deref())
    }

    pub(super) fn act(&self) -> Option<&Act> {
        self.acts.first().map(|(_, act)| act)
    }
}
