/** A new element with these attributes and children. */
export function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * Puts a style sheet into a shadow root. Adopted sheets need no `style-src` of the page; where they cannot be had, in old
 * browsers and test environments, an element does, and where that is forbidden the widget works without its looks.
 */
export function adopt(root, css) {
  try {
    // A sheet belongs to one document, and the element may be in a window that a script has opened.
    const sheet = new root.ownerDocument.defaultView.CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  } catch {
    root.append(element("style", {}, css));
  }
}
