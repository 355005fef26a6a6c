// app/webhooks/headshotpro/route.js, for Next.js
import { Verifier, VerifyError } from "headshot-verify";

const verifier = new Verifier("headshotpro", process.env.HEADSHOTPRO_WEBHOOK_SECRET);

export async function POST(request) {
  try {
    const { event } = await verifier.verifyRequest(request);
    return Response.json({ received: event.type });
  } catch (error) {
    if (!(error instanceof VerifyError)) throw error;
    console.warn("refused a delivery:", error.code);
    return new Response(null, { status: 401 });
  }
}
