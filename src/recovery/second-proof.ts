import type { Context } from 'koa';
import { goTo, statusOf } from '#journeys/walk.ts';
import type { Recoveries } from '#proofing/recovery.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { type SecondProofError, secondProof } from '#views/recovery/second-proof.ts';
import { type Here, PAGE_OF, type Refused, type Way } from './way.ts';

/** The second half of a lost phone: a recovery code, or a passkey where the browser has one. */
export function createSecondProofStep({
  way,
  recoveries,
}: {
  way: Way;
  recoveries: Pick<Recoveries, 'passkeyOptions'>;
}) {
  async function render({ ctx, secret, text, props }: Here, error?: SecondProofError): Promise<void> {
    const options = await recoveries.passkeyOptions(secret);
    if (options === undefined) return goTo(ctx, '/recover/gone');
    const page = secondProof(text, {
      ...props,
      action: PAGE_OF['second-proof'],
      passkeyAction: `${PAGE_OF['second-proof']}/passkey`,
      passkeyOptions: JSON.stringify(options),
      error,
    });
    sendPage(ctx, page, { status: statusOf(error), hasScript: true });
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await way.open(ctx, ['second-proof']);
      if (here !== undefined) await render(here);
    },
    async submit(ctx: Context): Promise<void> {
      const posted = await way.post(ctx, ['second-proof']);
      if (posted === undefined) return;
      const code = posted.form.text('recovery_code').trim();
      if (code === '') return render(posted.here, { kind: 'missing' });
      const refused = await way.take(posted.here, { step: 'recovery-code', code });
      if (refused !== undefined) await render(posted.here, errorOf(refused));
    },
    async submitPasskey(ctx: Context): Promise<void> {
      const posted = await way.post(ctx, ['second-proof']);
      if (posted === undefined) return;
      const refused = await way.take(posted.here, {
        step: 'passkey',
        response: readJson(posted.form.text('response')),
      });
      if (refused !== undefined) await render(posted.here, errorOf(refused));
    },
  };
}

function errorOf({ reason, retryAfterMs = 0 }: Refused): SecondProofError {
  switch (reason) {
    case 'malformed':
    case 'wrong-code':
      return { kind: 'wrong' };
    case 'passkey-refused':
      return { kind: 'passkey-failed' };
    case 'slow-down':
      return { kind: 'slow-down', retryAfterMs };
    default:
      throw new Error(`the second proof was refused as ${reason}`);
  }
}

/** What the browser's script handed over; anything that is no JSON is no passkey either. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
