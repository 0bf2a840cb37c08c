import { z } from 'zod';

/** The services of others that enrolment and messages need: where they are and with which token we come. */
const address = z
  .url({ protocol: /^https?$/, error: 'must be an address such as https://registry.example.ir' })
  .optional();
const token = z.string().min(8, 'must be the token that the service gave us').optional();

export const outsideServiceShape = {
  PANJEREH_CIVIL_REGISTRY_URL: address,
  PANJEREH_CIVIL_REGISTRY_TOKEN: token,
  PANJEREH_MOBILE_OWNERSHIP_URL: address,
  PANJEREH_MOBILE_OWNERSHIP_TOKEN: token,
  PANJEREH_SMS_GATEWAY_URL: address,
  PANJEREH_SMS_GATEWAY_TOKEN: token,
};

export const OUTSIDE_TOKENS = [
  'PANJEREH_CIVIL_REGISTRY_TOKEN',
  'PANJEREH_MOBILE_OWNERSHIP_TOKEN',
  'PANJEREH_SMS_GATEWAY_TOKEN',
] as const;

type Values = z.output<z.ZodObject<typeof outsideServiceShape>>;

/** Where no address is given, `npm start` has a service of its own; its tokens are known to everybody. */
export function outsideServicesFrom(values: Values) {
  return {
    civilRegistry: {
      url: values.PANJEREH_CIVIL_REGISTRY_URL ?? 'http://localhost:3004',
      token: values.PANJEREH_CIVIL_REGISTRY_TOKEN ?? 'demo-civil-registry-token',
    },
    mobileOwnership: {
      url: values.PANJEREH_MOBILE_OWNERSHIP_URL ?? 'http://localhost:3005',
      token: values.PANJEREH_MOBILE_OWNERSHIP_TOKEN ?? 'demo-mobile-ownership-token',
    },
    smsGateway: {
      url: values.PANJEREH_SMS_GATEWAY_URL ?? 'http://localhost:3003',
      token: values.PANJEREH_SMS_GATEWAY_TOKEN ?? 'demo-sms-gateway-token',
    },
  };
}

/** What production lacks, in words. */
export function outsideServiceProblems(values: Values): string[] {
  const services = [
    ['CIVIL_REGISTRY', 'nobody can enrol without the civil registry'],
    ['MOBILE_OWNERSHIP', 'nobody can enrol without the mobile-ownership service'],
    ['SMS_GATEWAY', 'no code reaches anybody without an SMS gateway'],
  ] as const;
  return services.flatMap(([name, why]) => {
    const url = values[`PANJEREH_${name}_URL`];
    return [
      ...(url === undefined ? [`PANJEREH_${name}_URL: ${why}`] : []),
      ...(url?.startsWith('http://')
        ? [`PANJEREH_${name}_URL: must be https in production; what is asked there is personal`]
        : []),
      ...(values[`PANJEREH_${name}_TOKEN`] === undefined
        ? [`PANJEREH_${name}_TOKEN: the service must know that it is we who ask; may come from a file`]
        : []),
    ];
  });
}
