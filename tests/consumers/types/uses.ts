import { EventError, Verifier, VerifyError, explain, sign } from "headshot-verify";
import { Verifier as VerdictAlone, VerifyError as VerdictError } from "headshot-verify/verify";
import { webhook as forExpress } from "headshot-verify/express";
import { webhook as forFastify } from "headshot-verify/fastify";
import { webhook as forHono } from "headshot-verify/hono";
import { webhook as forLambda } from "headshot-verify/lambda";
import { webhook as forNext } from "headshot-verify/next";
import type { ErrorCode, EventErrorCode, HeadshotProEvent, Json, Verified } from "headshot-verify";

const verifier = new Verifier("headshotpro", ["new", "old"], { toleranceSeconds: 60, scheme: "auto", now: () => 0 });
const verified: Verified<HeadshotProEvent> = verifier.verify(new Uint8Array(), new Headers());
verifier.verify("{}", { "x-headshotpro-signature": ["a", "b"], other: undefined });
verifier.verify(new ArrayBuffer(0), new Map([["x-headshotpro-signature", "a"]]));

const signedAt: Date | null = verified.signedAt;
void signedAt;

const { event } = verified;
switch (event.type) {
  case "model.favorite_selected": {
    const url: string | null | undefined = event.favoritePhoto?.preferredUrl;
    const id: string = event.model.id;
    void [url, id];
    break;
  }
  case "model.photos_ready":
    void (event.model.status === "active");
    break;
  default:
    // A kind that this version does not know may have no model.
    void event.model?.id;
}

try {
  verifier.verify("", {});
} catch (error) {
  if (error instanceof VerifyError) {
    const code: ErrorCode = error.code;
    void (code === "signature_missing");
  }
}

const raw: Uint8Array = verified.raw;
const session: string | null = verified.neutral.session;
const early = new Verifier("headshotpro", undefined as string | undefined);
early[Symbol.dispose]();
void [raw, session];

try {
  void verified.event;
} catch (error) {
  if (error instanceof EventError) {
    const code: EventErrorCode = error.code;
    void (code === "event_not_json");
  }
  if (error instanceof VerdictError) void error.code;
}

const skylab = new Verifier("skylab", "secret").verify("", new Headers()).event;
if (skylab.type === "job_complete") void skylab.job?.photoUrls["a.png"]?.toString();
const rung = new Verifier("scale", "secret", { maxAgeSeconds: 60, acceptTimelessTokens: false, compareClaims: false }).verify("", {});
const scale = rung.unsignedEvent;
void [rung.neutral, rung.raw, rung.coversBody];
const topic: string = scale.type;
const acme = new Verifier({ provider: "acme", signatureHeader: "x-acme", signed: "{body}" }, "secret");
const field: Json | undefined = acme.verify("", {}).event["field"];
void [topic, field, verified.neutral.state === "ready", skylab.type];

export async function POST(request: Request): Promise<Response> {
  const { event } = await verifier.verifyRequest(request);
  const { secretIndex } = await new VerdictAlone("headshotpro", "secret").verifyRequest(request);
  return new Response(`${event.type} ${secretIndex}`);
}

const { verdict, findings } = explain("headshotpro", new Uint8Array(), {}, sign("headshotpro", "secret", ""), { now: () => 0 });
void [verdict === "genuine", findings[0]?.remedy.length, new Verifier("scale", [new Uint8Array(), "old"], { scheme: "HS512" })];

// @ts-expect-error the verdict alone knows no declared schemes
new VerdictAlone({ provider: "acme", signatureHeader: "x-acme", signed: "{body}" }, "secret");
// @ts-expect-error nor the longer hashes
new VerdictAlone("scale", "secret", { scheme: "HS512" });
// @ts-expect-error the verdict alone reads no events
void new VerdictAlone("headshotpro", "secret").verify("", {}).event;
const options = { onRefused: (refusal: VerifyError) => void refusal.code, onUnreadable: (error: EventError) => void error.code };
export const expressHandler = forExpress(verifier, ({ event }, request: { headers: object; ip: string }) => void [event.type, request.ip], options);
export const nextHandler: (request: Request) => Promise<Response> = forNext(verifier, ({ event }) => new Response(event.type));
export const lambdaHandler = forLambda(new VerdictAlone("scale", "secret"), ({ raw }, event: { path: string }) => ({ statusCode: 200, body: event.path + raw.length }));
void [forHono, forFastify];

// @ts-expect-error a promise has to be awaited before it is a response
forNext(verifier, () => "text");
// @ts-expect-error nobody signed what it says
void rung.event;
// @ts-expect-error only tokens have an age
new Verifier("headshotpro", "secret", { maxAgeSeconds: 60 });
// @ts-expect-error a declaration has to say what is signed
new Verifier({ provider: "acme", signatureHeader: "x-acme" }, "secret");
// @ts-expect-error there is no such provider
new Verifier("headshots", "secret");
// @ts-expect-error what was proven cannot be changed
verified.provider = "skylab";
// @ts-expect-error no refusal is about an event
void (new VerifyError("signature_missing", "message").code === "event_not_json");
// @ts-expect-error a secret has to be given
new Verifier("headshotpro");
// @ts-expect-error there is no such scheme
new Verifier("headshotpro", "secret", { scheme: "both" });
// @ts-expect-error a parsed body is not what was signed
verifier.verify({ event: "model.created" }, {});
// @ts-expect-error there is no such code
void (new VerifyError("code", "message").code === "signature_absent");
