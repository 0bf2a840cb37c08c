import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';

type Service = {
  command?: string[];
  read_only?: boolean;
  user?: string;
  ports?: string[];
  networks?: string[];
  secrets?: string[];
  volumes?: string[];
  stop_grace_period?: string;
  environment?: Record<string, string>;
  depends_on?: string[] | Record<string, unknown>;
  healthcheck?: unknown;
};

type Compose = {
  services: Record<string, Service>;
  secrets: Record<string, unknown>;
  networks: Record<string, { internal?: boolean; ipam?: { config: { subnet: string }[] } }>;
  volumes: Record<string, unknown>;
};

const isOfShape = new Ajv({ allErrors: true, allowUnionTypes: true }).compile<Compose>(
  JSON.parse(readFileSync(new URL('./compose-schema.json', import.meta.url), 'utf8')),
);

/** What is wrong with a compose file for production, in words; nothing when it is right. */
export function composeFaults(text: string): string[] {
  const compose: unknown = parse(text, { merge: true });
  if (!isOfShape(compose)) {
    return (isOfShape.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
    );
  }
  return [...danglingNames(compose), ...instanceFaults(compose), ...redisFaults(compose), ...doorFaults(compose)];
}

/** Whatever a service names must be declared. */
function danglingNames({ services, secrets, networks, volumes }: Compose): string[] {
  return Object.entries(services).flatMap(([name, service]) => {
    const dependencies = Array.isArray(service.depends_on) ? service.depends_on : Object.keys(service.depends_on ?? {});
    const ownVolumes = (service.volumes ?? []).filter((volume) => !volume.startsWith('.'));
    const wanted: [readonly string[], object][] = [
      [service.secrets ?? [], secrets],
      [service.networks ?? [], networks],
      [dependencies, services],
      [ownVolumes.map((volume) => volume.slice(0, volume.indexOf(':'))), volumes],
    ];
    return wanted.flatMap(([names, declared]) =>
      names.filter((it) => !(it in declared)).map((it) => `${name} names ${it}, which is not declared`),
    );
  });
}

function instanceFaults({ services, networks }: Compose): string[] {
  const instances = Object.entries(services).filter(([name]) => name.startsWith('provider-'));
  const subnet = networks.outside?.ipam?.config[0]?.subnet;
  const faults = instances.flatMap(([name, { read_only, user, environment = {}, stop_grace_period = '10s' }]) => {
    const inClear = Object.entries(environment).filter(
      ([setting, value]) =>
        /(DATABASE_URL|MASTER_KEY|PASSWORD|SECRET)$/.test(setting) || /:\/\/[^/]*:[^/]*@/.test(String(value)),
    );
    const seconds = Number.parseInt(stop_grace_period, 10);
    const drain = Number(environment.PANJEREH_DRAIN_SECONDS ?? 10);
    return [
      ...(read_only === true ? [] : [`${name} may write to its file system`]),
      ...(user === 'node' ? [] : [`${name} runs as ${user ?? 'whoever the image says'}`]),
      ...(environment.NODE_ENV === 'production' ? [] : [`${name} is not in production`]),
      ...inClear.map(([setting]) => `${name} has a secret in clear: ${setting}`),
      // 30 seconds is the longest that a request under way may take.
      ...(seconds >= drain + 30 ? [] : [`${name} is killed after ${seconds} s, before it has drained`]),
      ...(environment.PANJEREH_TRUSTED_PROXIES === subnet ? [] : [`${name} trusts another network than the proxy's`]),
    ];
  });
  return [...faults, ...(instances.length >= 2 ? [] : ['there are not two instances'])];
}

function redisFaults({ services }: Compose): string[] {
  const words = (services.redis?.command ?? []).join(' ');
  return [
    ...(/--appendonly yes\b/.test(words) ? [] : ['Redis forgets everything at its restart']),
    ...(/--maxmemory-policy noeviction\b/.test(words) ? [] : ['Redis evicts sessions']),
  ];
}

/** One way in; stores that nobody outside reaches; and everything that is waited for says when it is well. */
function doorFaults({ services, networks }: Compose): string[] {
  return Object.entries(services).flatMap(([name, { ports = [], networks: joined = [], healthcheck }]) => {
    const isStore = ['redis', 'postgresql'].includes(name);
    return [
      ...(ports.length > 0 && name !== 'proxy' ? [`${name} publishes ${ports.join(', ')}`] : []),
      ...(isStore && joined.some((network) => networks[network]?.internal !== true) ? [`${name} has a way out`] : []),
      ...(isStore && healthcheck === undefined ? [`${name} has no health check`] : []),
    ];
  });
}
