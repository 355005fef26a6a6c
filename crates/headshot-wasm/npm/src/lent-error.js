// In place of `error.js` where errors have to be the same class as in the file that called.

export let CODES;
export let refused;

/** Takes the other file's errors into use. */
export function lend(errors) {
  ({ CODES, refused } = errors);
}
