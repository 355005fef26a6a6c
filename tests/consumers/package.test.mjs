// What tools and compilers think of the packed file.

import { join } from "node:path";
import { test } from "node:test";

import { packageFolder, project, runIn, tarball, tool } from "./project.mjs";

for (const version of ["typescript", "typescript-5.9", "typescript-5.0"]) {
  test(`${version} accepts right uses and refuses wrong ones`, async (t) => {
    const root = await project(t, "types");
    await runIn(root, "node", [join(packageFolder(version), "bin/tsc"), "--project", "."]);
  });
}

test("publint finds nothing", async (t) => {
  const root = await project(t, "types");
  await runIn(root, tool("publint"), ["run", "--strict", tarball()]);
});

test("the types are right for every way to import", async (t) => {
  const root = await project(t, "types");
  // Node 10 knows no `exports`, and we no Node 10.
  await runIn(root, tool("attw"), [tarball(), "--ignore-rules", "no-resolution", "--profile", "node16"]);
});
