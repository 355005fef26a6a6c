// Numbers and plurals as a language has them; browsers know them all.

export function figure(tag, number) {
  return new Intl.NumberFormat(tag).format(number);
}

export function plural(tag, number) {
  return new Intl.PluralRules(tag).select(number);
}
