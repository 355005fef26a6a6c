export class Verified {
  constructor(provider, scheme, signedAt, secretIndex, coversBody) {
    this.provider = provider;
    this.scheme = scheme;
    this.signedAt = signedAt < 0 ? null : new Date(signedAt * 1000);
    this.secretIndex = secretIndex;
    this.coversBody = coversBody;
  }
}
