import express from "express";
import { Verifier, VerifyError } from "headshot-verify";

const verifier = new Verifier("headshotpro", process.env.HEADSHOTPRO_WEBHOOK_SECRET);

export const app = express();

// The raw body, and on this route alone: every other one may go on with express.json().
app.post("/webhooks/headshotpro", express.raw({ type: "*/*", limit: "1mb" }), (request, response) => {
  try {
    const { event } = verifier.verify(request.body, request.headers);
    response.json({ received: event.type });
  } catch (error) {
    if (!(error instanceof VerifyError)) throw error;
    console.warn("refused a delivery:", error.code);
    response.status(401).end();
  }
});
