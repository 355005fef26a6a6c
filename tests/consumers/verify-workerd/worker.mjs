import * as verify from "headshot-verify";

import { wrongVerdicts } from "./verdicts.mjs";

export default {
  async fetch(request) {
    const vectors = await request.json();
    return Response.json({ vectors: vectors.length, wrong: wrongVerdicts(verify, vectors) });
  },
};
