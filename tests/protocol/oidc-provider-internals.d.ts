declare module 'oidc-provider/lib/response_modes/form_post.js' {
  export default function formPost(ctx: object, action: string, fields: Record<string, string>): void;
}
