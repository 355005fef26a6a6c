import { Checker } from "./headshot_wasm.js";
import { headerLines } from "./headers.js";
import { VerifyError } from "./result.js";

const utf8 = new TextEncoder();

export class Verifier {
  #checker;
  #headerNames;
  #now;

  constructor(provider, secrets, { toleranceSeconds, scheme, now = Date.now } = {}) {
    if (typeof now !== "function") throw new VerifyError("option_invalid", "now is not a function");
    this.#checker = new Checker(String(provider), texts(secrets), scheme ?? undefined, seconds(toleranceSeconds));
    this.#headerNames = this.#checker.headerNames();
    this.#now = now;
  }

  verify(body, headers) {
    return this.#checker.verify(rawBytes(body), headerLines(headers, this.#headerNames), this.#now() / 1000);
  }

  free() {
    this.#checker.free();
  }

  [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {
    this.free();
  }
}

function texts(secrets) {
  const list = Array.isArray(secrets) ? secrets : [secrets];
  // An environment variable that is not set is `undefined`, and no secret.
  const given = list.filter((secret) => secret !== undefined && secret !== null);
  if (given.some((secret) => typeof secret !== "string")) {
    throw new VerifyError("option_invalid", "a signing secret is not a string");
  }
  return given;
}

function seconds(tolerance) {
  if (tolerance === undefined || typeof tolerance === "number") return tolerance;
  throw new VerifyError("option_invalid", "toleranceSeconds is not a number");
}

function rawBytes(body) {
  if (typeof body === "string") return utf8.encode(body);
  if (body instanceof Uint8Array) return body;
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  throw new VerifyError("body_not_raw", NOT_RAW);
}

const NOT_RAW =
  "the body is not the raw body: pass the bytes or the text as received, before any JSON parser. " +
  "Express: express.raw({ type: \"*/*\" }) on this route, then request.body. " +
  "Next.js: await request.arrayBuffer() in a route handler; in an API route, bodyParser: false and read the stream. " +
  "Hono: await context.req.arrayBuffer(). " +
  "Workers, Deno, Bun: await request.arrayBuffer()";
