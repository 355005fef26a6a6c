import * as parts from "./package.mjs";
import { report } from "./verdicts.mjs";

export default {
  async fetch(request) {
    return Response.json(report(parts, await request.json()));
  },
};
