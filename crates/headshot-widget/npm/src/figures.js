// Numbers as the readers of a language write them; browsers know them all.

/** A number, with its unit in the right plural if there is one. */
export function figure(tag, number, unit) {
  return new Intl.NumberFormat(tag, unit && { style: "unit", unit, unitDisplay: "long" }).format(number);
}
