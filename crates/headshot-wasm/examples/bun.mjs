// Bun.serve
import { Verifier, VerifyError } from "headshot-verify";

const verifier = new Verifier("headshotpro", Bun.env.HEADSHOTPRO_WEBHOOK_SECRET);

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

const server = Bun.serve({ port: 0, fetch: receive });
console.log(`http://127.0.0.1:${server.port}`);
