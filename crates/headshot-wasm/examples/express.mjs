import express from "express";
import { Verifier, VerifyError } from "headshot-verify";

const verifier = new Verifier("headshotpro", process.env.HEADSHOTPRO_WEBHOOK_SECRET);

export const app = express();

// The raw body, whatever type it says to be of, if any; and on this route alone: others may go on with express.json().
app.post("/webhooks/headshotpro", express.raw({ type: () => true, limit: "1mb" }), (request, response) => {
  try {
    const { neutral } = verifier.verify(request.body, request.headers);
    // Genuine, also where it is no event that this version can read: ask the provider's API about the session.
    response.json({ received: neutral.kind, session: neutral.session });
  } catch (error) {
    // Anything else is none of the sender's.
    if (!(error instanceof VerifyError)) throw error;
    console.warn("refused a delivery:", error.code);
    response.status(401).end();
  }
});
