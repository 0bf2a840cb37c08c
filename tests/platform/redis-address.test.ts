import { expect, test } from 'vitest';
import { readRedisUrl } from '#platform/redis-address.ts';

test.each([
  ['redis://localhost', { kind: 'one-node', hosts: [{ host: 'localhost', port: 6379 }] }],
  [
    'redis://:p%40ss@redis:6380/3',
    { kind: 'one-node', hosts: [{ host: 'redis', port: 6380 }], password: 'p@ss', database: 3 },
  ],
  [
    'rediss://sso:pw@[2001:db8::1]:6379',
    { hosts: [{ host: '2001:db8::1', port: 6379 }], username: 'sso', isEncrypted: true },
  ],
  [
    'redis+sentinel://sso:pw@a:1,b/mymaster/2?sentinel_password=x%2By',
    {
      kind: 'sentinel',
      hosts: [
        { host: 'a', port: 1 },
        { host: 'b', port: 26379 },
      ],
      service: 'mymaster',
      sentinelPassword: 'x+y',
      database: 2,
      username: 'sso',
      password: 'pw',
    },
  ],
  [
    'rediss+cluster://a:1,b:2',
    {
      kind: 'cluster',
      hosts: [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
      ],
      isEncrypted: true,
    },
  ],
])('%s is understood', (url, expected) => {
  expect(readRedisUrl(url)).toMatchObject(expected);
});

test.each([
  'http://:hunter2@redis',
  'redis://:hunter2@',
  'redis://hunter2@redis',
  'redis://:hunter2@one,two',
  'redis://:hunter2@redis:99999',
  'redis://:hunter2@redis/not-a-number',
  'redis://:hunter2@redis/1/2',
  'redis://:hunter2%zz@redis',
  'redis://:hunter2@bad host',
  'redis+sentinel://:hunter2@a:1,b:2',
  'redis+cluster://:hunter2@a:1/3',
])('%s is refused without repeating the password', (url) => {
  expect(() => readRedisUrl(url)).toThrow(/^the Redis URL cannot be read: (?!.*hunter2)/);
});
