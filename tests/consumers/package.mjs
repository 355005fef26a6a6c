// The package's entries, as the projects' programs import them.

export * as whole from "headshot-verify";
export * as only from "headshot-verify/verify";
