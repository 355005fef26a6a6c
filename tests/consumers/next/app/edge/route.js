import * as whole from "headshot-verify";
import * as only from "headshot-verify/verify";

import { report } from "../../verdicts.mjs";

export const runtime = "edge";

export async function POST(request) {
  return Response.json(report({ whole, only }, await request.json()));
}
