import { Checker } from "./headshot_wasm.js";
import { headerLines } from "./headers.js";
import { VerifyError } from "./result.js";

const utf8 = new TextEncoder();

export class Verifier {
  #checker;
  #headerNames;
  #now;

  constructor(provider, secrets, { toleranceSeconds, scheme, now = Date.now } = {}) {
    expectType("scheme", scheme, "string");
    expectType("toleranceSeconds", toleranceSeconds, "number");
    expectType("now", now, "function");
    this.#checker = new Checker(String(provider), texts(secrets), scheme, toleranceSeconds);
    this.#headerNames = this.#checker.headerNames();
    this.#now = now;
  }

  verify(body, headers) {
    if (!this.#checker) throw new VerifyError("verifier_freed", "the verifier was freed, and its secrets with it");
    const bytes = rawBytes(body);
    return this.#checker.verify(bytes, headerLines(headers, this.#headerNames), seconds(this.#now()));
  }

  free() {
    this.#checker?.free();
    this.#checker = undefined;
  }
}

// Older runtimes know no such symbol, and no `using` that would look for it.
if (Symbol.dispose) Verifier.prototype[Symbol.dispose] = Verifier.prototype.free;

function expectType(option, value, type) {
  if (value === undefined || typeof value === type) return;
  throw new VerifyError("option_invalid", `${option} is not a ${type}`);
}

function texts(secrets) {
  const list = Array.isArray(secrets) ? secrets : [secrets];
  // An environment variable that is not set is `undefined`, and no secret.
  const given = list.filter((secret) => secret !== undefined && secret !== null);
  for (const secret of given) expectType("a signing secret", secret, "string");
  return given;
}

function seconds(milliseconds) {
  if (Number.isFinite(milliseconds)) return milliseconds / 1000;
  throw new VerifyError("option_invalid", "now does not give a number of milliseconds");
}

function rawBytes(body) {
  if (typeof body === "string") return utf8.encode(body);
  if (body instanceof Uint8Array) return body;
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  if (Object.prototype.toString.call(body) === "[object ArrayBuffer]") return new Uint8Array(body);
  throw new VerifyError("body_not_raw", NOT_RAW);
}

const NOT_RAW =
  "the body is not the raw body: pass the bytes or the text as received, before any JSON parser; " +
  'Express: express.raw({ type: "*/*" }) on this route, then request.body; ' +
  "Next.js: await request.arrayBuffer() in a route handler, or in an API route bodyParser: false and the stream; " +
  "Hono: await context.req.arrayBuffer(); " +
  "Workers, Deno and Bun: await request.arrayBuffer()";
