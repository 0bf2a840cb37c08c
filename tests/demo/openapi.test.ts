import { readFile } from 'node:fs/promises';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { findFreePort } from '#tests/support/ports.ts';
import { type RunningProcess, startProcess } from '#tests/support/processes.ts';

/** A service: its document, the program that claims to speak it, and questions with the status each must get. */
type Spoken = {
  document: string;
  script: string;
  path: string;
  questions: [what: string, question: Record<string, unknown>, status: number][];
};

const services: Spoken[] = [
  {
    document: 'civil-registry',
    script: 'demo/civil-registry.ts',
    path: '/v1/person-matches',
    questions: [
      ['somebody', { nationalCode: '4419057726', birthDate: '2005-02-04' }, 200],
      ['somebody without Latin names', { nationalCode: '3182044753', birthDate: '2003-06-25' }, 200],
      ['another birth date', { nationalCode: '4419057726', birthDate: '2005-02-05' }, 200],
      ['somebody who died', { nationalCode: '7096550135', birthDate: '1941-11-30' }, 200],
      ['no code', { birthDate: '2005-02-04' }, 400],
    ],
  },
  {
    document: 'mobile-ownership',
    script: 'demo/mobile-ownership.ts',
    path: '/v1/ownership-checks',
    questions: [
      ['their number', { nationalCode: '4419057726', mobileNumber: '+989990000011' }, 200],
      ['a number of somebody else', { nationalCode: '4419057726', mobileNumber: '+989990000012' }, 200],
      ['nobody’s number', { nationalCode: '4419057726', mobileNumber: '+989999999999' }, 200],
      ['a number as people write it', { nationalCode: '4419057726', mobileNumber: '09990000011' }, 400],
    ],
  },
  {
    document: 'sms-gateway',
    script: 'demo/sms-inbox.ts',
    path: '/messages',
    questions: [
      ['a message', { to: '+989990000011', text: 'کد شما ۱۲۳۴۵۶' }, 202],
      ['a message without words', { to: '+989990000011', text: '' }, 400],
    ],
  },
];

describe.each(services)('the $document', ({ document, script, path, questions }) => {
  let file: string;
  let demo: RunningProcess;
  let url: string;
  const token = 'a-token-of-the-test';

  beforeAll(async () => {
    file = await readFile(`docs/openapi/${document}.yaml`, 'utf8');
    const port = await findFreePort();
    url = `http://127.0.0.1:${port}`;
    const isUp = () =>
      fetch(`${url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
    const env = { DEMO_TOKEN: token };
    demo = await startProcess({ command: process.execPath, args: [script, '--port', String(port)], env, ready: isUp });
  });
  afterAll(() => demo.stop());

  const ask = (body: unknown, bearer = token) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
      body: JSON.stringify(body),
    });

  /** What the document says about a body, as JSON Schema 2020-12, the dialect of OpenAPI 3.1. */
  function faultsOf(body: unknown, pointer: string): unknown {
    const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { date: /^\d{4}-\d{2}-\d{2}$/ } });
    ajv.addSchema(parse(file), document);
    const schema = { $ref: `${document}#/paths/${path.replaceAll('/', '~1')}/post/${pointer}` };
    const validate = ajv.compile(schema);
    return validate(body) ? [] : validate.errors;
  }
  const answerAt = (status: number) => `responses/${status}/content/application~1json/schema`;
  const refusalAt = '#/components/responses/Refused/content/application~1json/schema';

  function faultsOfAnswer(body: unknown, status: number): unknown {
    if (status < 400) return faultsOf(body, answerAt(status));
    const ajv = new Ajv2020({ strict: false }).addSchema(parse(file), document);
    const validate = ajv.compile({ $ref: `${document}${refusalAt}` });
    return validate(body) ? [] : validate.errors;
  }

  test('is valid OpenAPI 3.1, and one that is not is noticed', async () => {
    const validator = new Validator();
    expect(await validator.validate(parse(file))).toMatchObject({ valid: true });
    expect(validator.version).toBe('3.1');
    const { info: _, ...broken } = parse(file);
    expect(await new Validator().validate(broken)).toMatchObject({ valid: false });
  });

  test.each(questions)('the demo answers to %s what the document says', async (_, question, status) => {
    const response = await ask(question);
    expect(response.status).toBe(status);
    expect(faultsOfAnswer(await response.json(), status)).toEqual([]);
    const isAllowed = faultsOf(question, 'requestBody/content/application~1json/schema');
    if (status < 400) expect(isAllowed).toEqual([]);
    else expect(isAllowed).not.toEqual([]);
  });

  test('the demo refuses another token', async () => {
    const response = await ask(questions[0]?.[1], 'another');
    expect(response.status).toBe(401);
    expect(faultsOfAnswer(await response.json(), 401)).toEqual([]);
  });

  test('the control: an answer that is not in the document is noticed', async () => {
    const [, question, status = 0] = questions[0] ?? [];
    const members = Object.entries(Object(await (await ask(question)).json()));
    expect(members.length).toBeGreaterThan(0);
    for (const [name] of members) {
      const less = Object.fromEntries(members.filter(([other]) => other !== name));
      expect(faultsOfAnswer(less, status), name).not.toEqual([]);
    }
  });
});
