import { Verifier, VerifyError } from "headshot-verify";
import { Hono } from "hono";

const verifier = new Verifier("headshotpro", process.env.HEADSHOTPRO_WEBHOOK_SECRET);

export const app = new Hono();

app.post("/webhooks/headshotpro", async (context) => {
  const { event } = await verifier.verifyRequest(context.req.raw);
  return context.json({ received: event.type });
});

app.onError((error, context) => {
  if (!(error instanceof VerifyError)) throw error;
  console.warn("refused a delivery:", error.code);
  return context.body(null, 401);
});
