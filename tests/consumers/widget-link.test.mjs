// Which links the element and the component show in a frame: what decides is one script, tried here as it is.

import assert from "node:assert/strict";
import { test } from "node:test";

import { known, linkOf, refusal } from "../../crates/headshot-widget/npm/src/frame.js";

test("https on one of the origins may be shown", () => {
  assert.equal(refusal("https://studio.test/auth?token=T", ["https://studio.test"]), undefined);
  assert.equal(refusal("https://studio.test:443/", ["https://studio.test/anything"]), undefined);
});

test("http may be shown on this machine only", () => {
  for (const host of ["localhost:8788", "127.0.0.1", "[::1]:1", "studio.localhost"]) {
    assert.equal(refusal(`http://${host}/`, [`http://${host}`]), undefined, host);
  }
  for (const host of ["studio.test", "localhost.attacker.test", "127.0.0.1.attacker.test", "notlocalhost"]) {
    assert.equal(refusal(`http://${host}/`, [`http://${host}`]), "", host);
  }
});

test("what is no web address is refused", () => {
  for (const link of ["javascript:alert(1)", "data:text/html,a", "blob:https://studio.test/1", "/relative", "", undefined]) {
    assert.equal(refusal(link, ["https://studio.test", "null"]), "", link);
  }
});

test("an origin that only looks like the provider's is named", () => {
  const cases = [
    ["https://studio.test.attacker.test/", "https://studio.test.attacker.test"],
    ["https://studio.test@attacker.test/", "https://attacker.test"],
    ["https://studio.test:8443/", "https://studio.test:8443"],
    ["https://sub.studio.test/", "https://sub.studio.test"],
  ];
  for (const [link, origin] of cases) assert.equal(refusal(link, ["https://studio.test"]), origin, link);
});

test("nothing but origins gets into the frame's allow list", () => {
  const texts = ["https://a.test/path", "not an origin", "https://b.test:8443", "data:,a", "*; microphone *"];
  assert.deepEqual(known(texts), ["https://a.test", "https://b.test:8443"]);
  assert.deepEqual(known(undefined), []);
});

test("only a surface that may be framed has a link, and none of a deleted session", () => {
  const surface = { kind: "frame", url: "https://a.test/", origins: ["https://a.test"] };
  assert.equal(linkOf({ state: "ready", surface }), surface);
  assert.equal(linkOf({ state: "deleted", surface }).url, undefined);
  assert.equal(linkOf({ state: "ready", surface: { ...surface, kind: "link" } }).url, undefined);
  assert.equal(linkOf({ state: "ready" }).url, undefined);
});
