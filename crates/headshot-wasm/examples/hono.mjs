import { Verifier, VerifyError } from "headshot-verify";
import { Hono } from "hono";

const verifier = new Verifier("headshotpro", process.env.HEADSHOTPRO_WEBHOOK_SECRET);

export const app = new Hono();

app.post("/webhooks/headshotpro", async (context) => {
  try {
    const { neutral } = await verifier.verifyRequest(context.req.raw);
    // Genuine, also where it is no event that this version can read: ask the provider's API about the session.
    return context.json({ received: neutral.kind, session: neutral.session });
  } catch (error) {
    // Anything else is none of the sender's.
    if (!(error instanceof VerifyError)) throw error;
    console.warn("refused a delivery:", error.code);
    return context.body(null, 401);
  }
});
