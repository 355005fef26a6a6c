// The order of the rows: another one each round, and the same ones in every run.

let state = 0x9e3779b9;

/** The same things in another order. */
export function shuffled(things) {
  const list = [...things];
  for (let last = list.length - 1; last > 0; last--) {
    const place = random() % (last + 1);
    [list[last], list[place]] = [list[place], list[last]];
  }
  return list;
}

/** A whole number below 2³²; xorshift, good enough for an order. */
function random() {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>>= 0);
}
