/**
 * The shape of an answer, written down from OpenID Identity Assurance Schema Definition 1.0 sections 5.1 to 5.5 as far
 * as we can answer: JSON Schema 2020-12. Extra members are refused, so that nothing untold slips out.
 */
const time = { type: 'string', format: 'date-time', pattern: 'Z$' };
const text = { type: 'string', minLength: 1 };

const electronicRecord = {
  type: 'object',
  properties: {
    type: { const: 'electronic_record' },
    check_details: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: { check_method: text, organization: text, check_id: text, time },
        required: ['check_method'],
        additionalProperties: false,
      },
    },
    time,
    record: {
      type: 'object',
      properties: {
        type: text,
        source: {
          type: 'object',
          properties: { name: text, country: { type: 'string', pattern: '^[A-Z]{2}$' } },
          minProperties: 1,
          additionalProperties: false,
        },
      },
      required: ['type'],
      additionalProperties: false,
    },
  },
  required: ['type'],
  additionalProperties: false,
};

const element = {
  type: 'object',
  properties: {
    verification: {
      type: 'object',
      properties: {
        trust_framework: text,
        assurance_level: text,
        assurance_process: {
          type: 'object',
          properties: { policy: text, procedure: text },
          minProperties: 1,
          additionalProperties: false,
        },
        time,
        evidence: { type: 'array', minItems: 1, items: electronicRecord },
      },
      required: ['trust_framework'],
      additionalProperties: false,
    },
    claims: {
      type: 'object',
      minProperties: 1,
      additionalProperties: { anyOf: [{ type: 'string', minLength: 1 }, { type: 'boolean' }, { type: 'number' }] },
    },
  },
  required: ['verification', 'claims'],
  additionalProperties: false,
};

export const verifiedClaimsSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  anyOf: [element, { type: 'array', minItems: 1, items: element }],
};
