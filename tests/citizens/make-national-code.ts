import { type NationalCode, readNationalCode } from '#citizens/national-code.ts';

/** A valid code for any nine digits, found by trying the ten last digits: independent of how the product computes one. */
export function makeNationalCode(serial: number): NationalCode {
  const digits = String(serial).padStart(9, '0');
  for (let last = 0; last < 10; last++) {
    const code = readNationalCode(`${digits}${last}`);
    if (code !== undefined) return code;
  }
  throw new Error(`no national code begins with ${digits}`);
}
