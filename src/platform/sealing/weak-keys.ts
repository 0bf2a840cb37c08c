/** Of 32 random bytes about 30 differ; fewer than 20 comes up once in ten thousand million. */
const FEWEST_DIFFERENT_BYTES = 20;

/**
 * Whether 32 bytes were hardly drawn at random: they repeat, count up or down, or are letters somebody typed.
 * It catches carelessness, not bad luck: a random key fails it less than once in a thousand million.
 */
export function isCarelesslyMade(secret: Buffer): boolean {
  const steps = secret.map((byte, position) => byte - (secret[position - 1] ?? 0));
  const isTyped = secret.every((byte) => byte >= 0x20 && byte < 0x7f);
  return isTyped || new Set(secret).size < FEWEST_DIFFERENT_BYTES || new Set(steps).size < FEWEST_DIFFERENT_BYTES;
}
