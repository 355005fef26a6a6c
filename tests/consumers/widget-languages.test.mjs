// The texts of every language: all keys, the same places to fill in, and the plural forms that its readers need.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const FOLDERS = ["headshot-widget/languages", "headshot-widget/npm/languages", "headshot-capture/languages"];
const TAGS = ["ar", "de", "en", "es", "fr", "ja"];

const folder = (name) => fileURLToPath(new URL(`../../crates/${name}`, import.meta.url));
const texts = (name, tag) => JSON.parse(readFileSync(`${folder(name)}/${tag}.json`, "utf8"));
const places = (text) => [...new Set([...text.matchAll(/\{\w+\}/g)].map(([place]) => place))].sort();
const forms = (text) => new Map(text.split("|").map((form) => (form.includes("=") ? form.split(/=(.*)/s).slice(0, 2) : ["other", form])));

for (const name of FOLDERS) {
  test(`${name} has every language, with the same keys and places`, () => {
    assert.deepEqual(readdirSync(folder(name)).sort(), TAGS.map((tag) => `${tag}.json`));
    const english = texts(name, "en");
    for (const tag of TAGS) {
      const said = texts(name, tag);
      assert.deepEqual(Object.keys(said), Object.keys(english), tag);
      for (const [key, text] of Object.entries(said)) {
        assert.ok(text.trim() && !/["\\]/.test(text), `${tag} ${key}: ${text}`);
        assert.deepEqual(places(forms(text).get("other")), places(forms(english[key]).get("other")), `${tag} ${key}`);
        for (const form of forms(text).values()) {
          const foreign = places(form).filter((place) => !places(english[key]).includes(place));
          assert.deepEqual(foreign, [], `${tag} ${key}: ${form}`);
        }
      }
    }
  });

  test(`${name} has the plural forms of each language`, () => {
    for (const tag of TAGS) {
      const rules = new Intl.PluralRules(tag);
      const needed = new Set(Array.from({ length: 200 }, (_, number) => rules.select(number + 1)));
      for (const [key, text] of Object.entries(texts(name, tag)).filter(([, text]) => text.includes("|"))) {
        for (const category of needed) assert.ok(forms(text).has(category), `${tag} ${key} has no form for ${category}`);
      }
    }
  });
}

test("what the widget and its script both say, they say alike", () => {
  for (const tag of TAGS) {
    const ofScript = texts(FOLDERS[1], tag);
    for (const [key, text] of Object.entries(texts(FOLDERS[0], tag))) {
      if (key in ofScript) assert.equal(ofScript[key], text, `${tag} ${key}`);
    }
  }
});

test("no text of the script goes unsaid", () => {
  const sources = folder("headshot-widget/npm/src");
  const script = readdirSync(sources).map((file) => readFileSync(`${sources}/${file}`, "utf8")).join("\n");
  const codes = [...script.matchAll(/"(widget)_(\w)(\w+)"/g)].map(([, one, first, rest]) => one + first.toUpperCase() + rest);
  for (const key of Object.keys(texts(FOLDERS[1], "en"))) {
    // A detail is said with its phrase.
    const phrase = key.replace(/Detail$/, "");
    const isSaid = script.includes(`"${phrase}"`) || codes.includes(phrase);
    assert.ok(isSaid, `${key} is never said`);
  }
});
