import type { Services } from '#root/services.ts';

/** Each demo university is a source for the other one. For the embedded default alone; what is there stays as it is. */
export async function seedClaimsSources(sources: Pick<Services['claimsSources'], 'find' | 'save'>): Promise<void> {
  for (const { clientId, url } of DEMO_SOURCES) {
    if ((await sources.find(clientId)) !== undefined) continue;
    const keys = { endpoint: `${url}/claims-source`, jwksUri: `${url}/jwks` };
    const draft = { clientId, issuer: url, ...keys, claims: SAID, alg: 'ES256', state: 'active' } as const;
    const saved = await sources.save(draft, { by: 'registry' });
    if (saved.outcome !== 'saved')
      throw new Error(`the demo source ${clientId} is not valid: ${JSON.stringify(saved)}`);
  }
}

const SAID = ['student_status', 'degree', 'field', 'entry_year'];

const DEMO_SOURCES = [
  { clientId: 'demo-university-one', url: 'http://localhost:3001' },
  { clientId: 'demo-university-two', url: 'http://localhost:3002' },
] as const;
