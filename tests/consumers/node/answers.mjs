// Answers each line of standard input with one: questions of the Rust tests, in `crates/headshot-wasm/tests/package`.

import { whole } from "./package.mjs";
import { bodies, canonical, headerForms, verdict } from "./verdicts.mjs";

function answer(question) {
  return question.sign ? signed(question.sign, question.id) : compared(question);
}

/** What is seen, unless it is the verdict of the Rust crate. */
function compared({ vector, way: [bodyForm, headerForm], verdict: expected }) {
  const [, body] = at(bodies(vector), bodyForm);
  const [, headers] = at(headerForms(vector.headers), headerForm);
  const seen = verdict(whole, vector, body, headers, true);
  return canonical(seen) === canonical(expected) ? "the same" : seen;
}

function signed(vector, id) {
  const { provider, secrets, scheme } = vector;
  const [[, body]] = bodies(vector);
  try {
    return { headers: whole.sign(provider, secrets, body, { scheme, id, now: () => vector.now * 1000 }) };
  } catch ({ code, message }) {
    return { refused: { code, message } };
  }
}

const at = (list, place) => list[place % list.length];

let rest = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (chunk) => {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop();
  for (const line of lines) process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`);
});
