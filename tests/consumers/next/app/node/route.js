import * as parts from "../../package.mjs";
import { report } from "../../verdicts.mjs";

export const runtime = "nodejs";

export async function POST(request) {
  return Response.json(report(parts, await request.json()));
}
