// Deno.serve
import { Verifier, VerifyError } from "headshot-verify";

const verifier = new Verifier("headshotpro", Deno.env.get("HEADSHOTPRO_WEBHOOK_SECRET"));

async function receive(request) {
  try {
    const { event } = await verifier.verifyRequest(request);
    return Response.json({ received: event.type });
  } catch (error) {
    if (!(error instanceof VerifyError)) throw error;
    console.warn("refused a delivery:", error.code);
    return new Response(null, { status: 401 });
  }
}

Deno.serve({ port: 0, onListen: ({ port }) => console.log(`http://127.0.0.1:${port}`) }, receive);
