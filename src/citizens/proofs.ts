import {
  type Acr,
  AUTHENTICATION_LEVELS,
  type AuthenticationMethod,
  isOneTimeCode,
  isPasskey,
  reaches,
} from './authentication-levels.ts';

/** One thing that a citizen did to prove who they are. */
export type Proof = {
  method: AuthenticationMethod;
  /** Milliseconds since 1970. */
  at: number;
};

/** A level that proofs make together. */
export type Strength = {
  acr: Acr;
  methods: readonly AuthenticationMethod[];
  /** When the oldest of the proofs that the level needs was given: a level is only as fresh as that. */
  provenAt: number;
};

/**
 * Every level that the proofs make, strongest first, each by the proofs that make it the freshest. A level has one
 * entry for each of its names, ours before those of others.
 */
export function strengthsOf(proofs: readonly Proof[]): Strength[] {
  const newest = (fits: (method: AuthenticationMethod) => boolean): Proof[] =>
    proofs
      .filter(({ method }) => fits(method))
      .sort((one, other) => other.at - one.at)
      .slice(0, 1);
  const password = newest((method) => method === 'password');
  const code = newest(isOneTimeCode);
  const passkey = newest(isPasskey);
  const hardware = newest((method) => method === 'hardware-passkey');
  const both = password.length > 0 && code.length > 0 ? [...password, ...code] : [];
  const {
    password: first,
    passwordAndCode,
    passkey: third,
    phishingResistant,
    phishingResistantHardware,
  } = AUTHENTICATION_LEVELS;
  return [
    ...strength(phishingResistantHardware, [hardware]),
    ...strength(third, [passkey]),
    ...strength(phishingResistant, [passkey]),
    ...strength(passwordAndCode, [passkey, both]),
    ...strength(first, [passkey, password]),
  ];
}

/** The strongest level that the proofs make, in our own names; undefined when they do not make a sign-in. */
export function strongestOf(proofs: readonly Proof[]): Strength | undefined {
  return strengthsOf(proofs).find(({ acr }) => acr.startsWith('urn:'));
}

export function doProofsReach(proofs: readonly Proof[], wanted: Acr): boolean {
  return strengthsOf(proofs).some(({ acr }) => reaches({ reached: acr, wanted }));
}

/** The newest proof of each method, from several sign-ins of one citizen in one session. */
export function newestProofs(...several: readonly (readonly Proof[])[]): Proof[] {
  const newest = new Map<AuthenticationMethod, Proof>();
  for (const proof of several.flat()) {
    if ((newest.get(proof.method)?.at ?? Number.NEGATIVE_INFINITY) < proof.at) newest.set(proof.method, proof);
  }
  return [...newest.values()];
}

/** The way that makes the level the freshest; of two that are as fresh, the first. */
function strength(acr: Acr, ways: readonly (readonly Proof[])[]): Strength[] {
  const found = ways
    .filter((way) => way.length > 0)
    .map((way) => ({ acr, methods: way.map(({ method }) => method), provenAt: Math.min(...way.map(({ at }) => at)) }))
    .sort((one, other) => other.provenAt - one.provenAt);
  return found.slice(0, 1);
}
