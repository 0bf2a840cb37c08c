import { API_PATH, API_SCOPES } from './api-resource.ts';

/** RFC 9728 section 3.1: the well-known part comes before the path of the resource. */
export const RESOURCE_METADATA_PATH = `/.well-known/oauth-protected-resource${API_PATH}`;

export function resourceMetadata(issuer: string): object {
  return {
    resource: `${issuer}${API_PATH}`,
    authorization_servers: [issuer],
    scopes_supported: Object.keys(API_SCOPES),
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'Ed25519'],
    resource_name: 'The API of Panjereh',
    resource_documentation: `${issuer}${API_PATH}/openapi.json`,
  };
}
