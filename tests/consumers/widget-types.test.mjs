// The element's types in each framework, checked by TypeScript with the framework's own types.

import { mkdirSync, copyFileSync, readdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { projectWith, runIn, tarball, tool } from "./project.mjs";

const FRAMEWORKS = fileURLToPath(new URL("frameworks", import.meta.url));
const SETTINGS = "--noEmit --strict --skipLibCheck --module esnext --moduleResolution bundler --target es2022 --lib es2022,dom";

/** Each framework: its file, its own settings, and packages that it sees under another name. */
const USES = [
  { name: "React 19", file: "react.tsx", settings: "--jsx react-jsx" },
  { name: "React 18", file: "react.tsx", settings: "--jsx react-jsx", as: { "@types/react": "@types/react-18" } },
  { name: "Preact", file: "preact.tsx", settings: "--jsx react-jsx --jsxImportSource preact" },
  { name: "Solid", file: "solid.tsx", settings: "--jsx preserve --jsxImportSource solid-js" },
  { name: "Svelte", file: "svelte.ts", settings: "" },
  { name: "Vue", file: "vue.ts", settings: "" },
];

for (const { name, file, settings, as } of USES) {
  test(`${name} accepts right uses of the element and refuses wrong ones`, async (t) => {
    const root = await projectWith(t, "headshot-widget");
    for (const dependency of installed()) link(root, dependency, as?.[dependency] ?? dependency);
    copyFileSync(join(FRAMEWORKS, file), join(root, file));
    await runIn(root, tool("tsc"), [...`${SETTINGS} ${settings}`.trim().split(" "), file]);
  });
}

test("publint finds nothing", async (t) => {
  await runIn(await projectWith(t, "headshot-widget"), tool("publint"), ["run", "--strict", tarball("headshot-widget")]);
});

function installed() {
  const modules = join(FRAMEWORKS, "node_modules");
  const names = readdirSync(modules).filter((name) => !name.startsWith("."));
  return names.flatMap((name) => (name.startsWith("@") ? readdirSync(join(modules, name)).map((inside) => `${name}/${inside}`) : name));
}

function link(root, name, source) {
  const place = join(root, "node_modules", name);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(join(FRAMEWORKS, "node_modules", source), place);
}
