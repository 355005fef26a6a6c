/** What every entry's `Verified` has; a name of its own keeps bundlers from renaming those. */
export class Verdict {
  constructor(provider, scheme, signedAt, secretIndex, coversBody) {
    this.provider = provider;
    this.scheme = scheme;
    this.signedAt = signedAt < 0 ? null : new Date(signedAt * 1000);
    this.secretIndex = secretIndex;
    this.coversBody = coversBody;
  }
}
