// The shared vectors against the package, in whatever runtime this is: nothing here is Node's own.

/** How many vectors both halves of the package were given, and each that got another verdict than it should. */
export function report({ whole, only }, vectors) {
  const wrong = [...wrongVerdicts(whole, vectors, true), ...wrongVerdicts(only, vectors, false)];
  return { vectors: vectors.length, wrong: wrong.slice(0, 8) };
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

function verdict({ Verifier, VerifyError }, vector, body, headers, hasEvents) {
  const coded = (error) => {
    if (error instanceof VerifyError && error.name === "VerifyError" && error.message !== "") return error.code;
    return `not a VerifyError: ${error}`;
  };
  let verified;
  try {
    const now = () => vector.now * 1000;
    const verifier = new Verifier(providerOf(vector), vector.secrets, { scheme: vector.scheme, now });
    verified = verifier.verify(body, headers);
    verifier.free();
  } catch (error) {
    return { refused: coded(error) };
  }
  const { provider, scheme, signedAt, secretIndex, coversBody } = verified;
  const seen = { provider, coversBody, scheme, signedAt: signedAt && signedAt.getTime() / 1000, secretIndex };
  if (!hasEvents) return { accepted: seen };
  try {
    return { accepted: seen, event: verified.event };
  } catch (error) {
    return { accepted: seen, eventRefused: coded(error) };
  }
}

function providerOf(vector) {
  return vector.provider ?? "headshotpro";
}

function expectedVerdict(vector, seen, hasEvents) {
  const { refused, accepted, event, eventRefused } = vector;
  if (refused) return { refused };
  const proof = { provider: providerOf(vector), coversBody: true, ...accepted };
  if (!hasEvents) return { accepted: proof };
  if (eventRefused) return { accepted: proof, eventRefused };
  // Not every vector says what the event is, but then there has to be one.
  return { accepted: proof, event: event ?? seen.event ?? "some event" };
}

/** Every form of body with one form of headers, and every form of headers with one form of body. */
function* waysToPass({ headers, body, bodyBase64 }) {
  const bytes = body === undefined
    ? Uint8Array.from(atob(bodyBase64), (letter) => letter.charCodeAt(0))
    : new TextEncoder().encode(body);
  yield ["Uint8Array and pairs", bytes, headers];
  yield ["ArrayBuffer and pairs", bytes.slice().buffer, headers];
  yield ["part of a larger buffer and pairs", within(bytes), headers];
  if (body !== undefined) yield ["string and pairs", body, headers];
  yield ["Uint8Array and Headers", bytes, new Headers(headers)];
  yield ["Uint8Array and Map", bytes, new Map(Object.entries(asNode(headers)))];
  yield ["Uint8Array and Node's headers", bytes, asNode(headers)];
  yield ["Uint8Array and an object with its own case", bytes, asNode(headers, (name) => name)];
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
function canonical(value) {
  return JSON.stringify(value, (_, part) => {
    if (part === null || typeof part !== "object" || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}
