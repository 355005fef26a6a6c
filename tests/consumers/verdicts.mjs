// The shared vectors against the package, in whatever runtime this is: nothing here is Node's own.

/** How many vectors the package was given, and each that got another verdict than it should. */
export function report({ whole, only }, { deliveries, explained }) {
  const wrong = [
    ...wrongVerdicts(whole, deliveries, true),
    ...wrongVerdicts(only, deliveries, false),
    ...wronglyExplained(whole, explained),
  ];
  return { deliveries: deliveries.length, explained: explained.length, wrong: wrong.slice(0, 8) };
}

function wrongVerdicts(verify, vectors, hasEvents) {
  const wrong = [];
  for (const vector of vectors) {
    for (const [way, body, headers] of waysToPass(vector)) {
      const seen = verdict(verify, vector, body, headers, hasEvents);
      const expected = expectedVerdict(vector, seen, hasEvents);
      if (canonical(seen) !== canonical(expected)) {
        wrong.push(`${vector.name}, as ${way}: ${canonical(seen)} instead of ${canonical(expected)}`);
      }
    }
  }
  return wrong;
}

/** Each genuine vector that is not accepted as a fetch `Request`. */
export async function wrongRequests({ whole, only }, deliveries) {
  const wrong = [];
  for (const vector of deliveries.filter(({ accepted }) => accepted)) {
    const { provider = "headshotpro", scheme, tolerance: toleranceSeconds, tokens, now, accepted, headers } = vector;
    for (const { Verifier } of leftOut(vector) ? [whole] : [whole, only]) {
      const verifier = new Verifier(provider, secretsOf(vector), { scheme, toleranceSeconds, ...tokens, now: () => now * 1000 });
      const request = new Request("http://localhost/", { method: "POST", body: bodyOf(vector), headers });
      const seen = await verifier.verifyRequest(request).catch((error) => error);
      if (seen.secretIndex !== accepted.secretIndex) wrong.push(`${vector.name}, as a Request: ${seen}`);
    }
  }
  return wrong.slice(0, 8);
}

/** What becomes of a vector: why it is refused, or what was proven and the event. */
export function verdict({ Verifier, VerifyError, EventError }, vector, body, headers, hasEvents) {
  const { provider = "headshotpro", scheme, tolerance: toleranceSeconds, tokens } = vector;
  const secrets = secretsOf(vector);
  const why = (error, kind, name) => {
    const isOurs = error instanceof kind && error.name === name && error.message !== "";
    return isOurs ? { code: error.code, message: error.message } : { code: `not ${name}: ${error}` };
  };
  let verified;
  try {
    const verifier = new Verifier(provider, secrets, { scheme, toleranceSeconds, ...tokens, now: () => vector.now * 1000 });
    verified = verifier.verify(body, headers);
    verifier.free();
  } catch (error) {
    return { refused: why(error, VerifyError, "VerifyError") };
  }
  const { provider: by, scheme: used, signedAt, secretIndex, coversBody } = verified;
  const accepted = { provider: by, scheme: used, signedAt: signedAt && signedAt.getTime() / 1000, secretIndex, coversBody };
  if (!hasEvents) return { accepted };
  const { neutral } = verified;
  try {
    return { accepted, event: coversBody ? verified.event : verified.unsignedEvent, neutral };
  } catch (error) {
    return { accepted, eventRefused: why(error, EventError, "EventError"), neutral };
  }
}

/** What a vector leaves open is as it was seen. */
function expectedVerdict(vector, seen, hasEvents) {
  const { accepted, event, eventRefused, eventRefusedWithoutXml } = vector;
  const refused = (!hasEvents && leftOut(vector)) || vector.refused;
  if (refused) return { refused: { code: refused, message: seen.refused?.message } };
  const proof = { provider: vector.provider ?? "headshotpro", coversBody: true, ...accepted };
  if (!hasEvents) return { accepted: proof };
  const code = eventRefusedWithoutXml ?? eventRefused;
  const neutral = seen.neutral ?? "some view";
  if (code) return { accepted: proof, eventRefused: { code, message: seen.eventRefused?.message }, neutral };
  // Not every vector says what the event is, but then there has to be one.
  return { accepted: proof, event: event ?? seen.event ?? "some event", neutral };
}

/** The refusal of what `headshot-verify/verify` leaves out. */
function leftOut({ provider, scheme }) {
  if (typeof provider === "object") return "provider_unknown";
  return ["HS384", "HS512"].includes(scheme) && "scheme_unknown";
}

/** The secrets, as bytes where they are no text. */
function secretsOf({ secrets, secretsBase64 }) {
  return secrets ?? secretsBase64.map((text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
}

function wronglyExplained({ explain }, vectors) {
  const wrong = [];
  for (const vector of vectors) {
    const { provider, headers, scheme, now, findings } = vector;
    const secrets = secretsOf(vector);
    // The shared tolerance, whichever the provider's own.
    const told = explain(provider, secrets, bodyOf(vector), headers, { scheme, toleranceSeconds: 300, now: () => now * 1000 });
    const codes = told.findings.map(({ code }) => code);
    const hasSentences = told.findings.every(({ message, remedy }) => message && remedy);
    const isRight = canonical(codes) === canonical(findings) && (told.verdict === "genuine") === (codes.length === 0);
    if (!isRight || !hasSentences) wrong.push(`${vector.name}: ${canonical(told)} instead of ${findings}`);
  }
  return wrong;
}

/** Every form of body with one form of headers, and every form of headers with one form of body. */
function* waysToPass(vector) {
  const { headers } = vector;
  const [bytes] = bodies(vector);
  for (const [name, body] of bodies(vector)) yield [`${name} and pairs`, body, headers];
  for (const [name, made] of headerForms(headers)) yield [`Uint8Array and ${name}`, bytes[1], made];
  yield ["Uint8Array and Headers", bytes[1], new Headers(headers)];
}

/** The body in every form in which it can be passed, each after its name. */
export function bodies(vector) {
  const bytes = bodyOf(vector);
  const forms = [
    ["Uint8Array", bytes],
    ["ArrayBuffer", bytes.slice().buffer],
    ["part of a larger buffer", within(bytes)],
  ];
  return vector.body === undefined ? forms : [...forms, ["string", vector.body]];
}

/** Headers in every form that says the same of any bytes, each after its name. */
export function headerForms(headers) {
  return [
    ["pairs", headers],
    ["Map", new Map(Object.entries(asNode(headers)))],
    ["Node's headers", asNode(headers)],
    ["an object with its own case", asNode(headers, (name) => name)],
  ];
}

function bodyOf({ body, bodyBase64 }) {
  if (body !== undefined) return new TextEncoder().encode(body);
  return Uint8Array.from(atob(bodyBase64), (letter) => letter.charCodeAt(0));
}

function within(bytes) {
  const larger = new Uint8Array(bytes.length + 7).fill(0x7b);
  larger.set(bytes, 3);
  return larger.subarray(3, 3 + bytes.length);
}

function asNode(headers, write = (name) => name.toLowerCase()) {
  const object = {};
  for (const [name, value] of headers) {
    const key = write(name);
    object[key] = key in object ? [object[key], value].flat() : value;
  }
  return object;
}

/** JSON with the names of every object in order. */
export function canonical(value) {
  return JSON.stringify(value, (_, part) => {
    if (part === null || typeof part !== "object" || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}
