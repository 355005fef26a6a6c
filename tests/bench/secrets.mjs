// The signing secrets, apart from what signs: a program whose start is timed must not have loaded node:crypto before.

/** What most peers take as text. */
export const secret = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/** The key of Standard Webhooks, and how its secrets are shown. */
export const key = Buffer.from(secret);
export const whsec = `whsec_${key.toString("base64")}`;
