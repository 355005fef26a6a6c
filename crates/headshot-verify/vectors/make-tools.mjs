// Prints tools-node.json: tokens by jose and jsonwebtoken, deliveries by standardwebhooks.
// npm install jose@6 jsonwebtoken@9 standardwebhooks@1

import { SignJWT } from "jose";
import jsonwebtoken from "jsonwebtoken";
import { Webhook } from "standardwebhooks";

const now = 1767323045;
const secret = "sandbox-scale-secret-of-thirty-two-bytes-and-more-for-all-algorithms";
const submission = { topic: "SUBMISSION_COMPLETE", submission_id: "sub_1", studio_id: "stu_1", contact_id: "ctn_1" };
const claims = { iat: now, nbf: now, exp: now + 300, ...submission };
const body = JSON.stringify(submission);

const scale = (name, token, algorithm) => ({
  provider: "scale", name, secrets: [secret], now, scheme: algorithm, headers: [["x-authenticity-token", token]], body,
  accepted: { scheme: "jwt", signedAt: now, secretIndex: 0, coversBody: false },
});

const vectors = [];
for (const alg of ["HS256", "HS384", "HS512"]) {
  const key = new TextEncoder().encode(secret);
  const byJose = await new SignJWT(claims).setProtectedHeader({ alg, typ: "JWT" }).sign(key);
  vectors.push(scale(`scale: ${alg} by jose`, byJose, alg));
  vectors.push(scale(`scale: ${alg} by jsonwebtoken`, jsonwebtoken.sign(claims, secret, { algorithm: alg }), alg));
}

const webhookSecret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
for (const text of ['{"type":"a.b","data":{}}', '{"type":"Zoë & 📷"}', "[]", "not JSON"]) {
  const signature = new Webhook(webhookSecret).sign("msg_1", new Date(now * 1000), text);
  vectors.push({
    provider: "standardwebhooks", name: `standardwebhooks: ${text} by standardwebhooks`, secrets: [webhookSecret], now,
    headers: [["webhook-id", "msg_1"], ["webhook-timestamp", String(now)], ["webhook-signature", signature]], body: text,
    accepted: { scheme: "v1", signedAt: now, secretIndex: 0 },
    ...(text === "[]" && { eventRefused: "event_not_object" }), ...(text === "not JSON" && { eventRefused: "event_not_json" }),
  });
}

console.log(`[\n${vectors.map((made) => JSON.stringify(made)).join(",\n")}\n]`);
