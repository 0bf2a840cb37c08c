/** Who takes part in the benchmark: the same relying parties, resources and password on both sides. */
export const cast = {
  redirectUri: 'https://university.bench.example/callback',
  /** Not a secret: both servers live for one run, on loopback. */
  clientSecret: 'bench-client-secret-of-more-than-32-characters',
  password: 'correct horse battery staple 1404',
  relyingParties: {
    rs256: 'bench-rs256',
    es256: 'bench-es256',
    machine: 'bench-machine',
  },
  resources: {
    rs256: 'https://resource-rs256.bench.example',
    es256: 'https://resource-es256.bench.example',
  },
  resourceScope: 'read',
  scope: 'openid profile',
} as const;

export type SigningAlgorithm = 'rs256' | 'es256';
