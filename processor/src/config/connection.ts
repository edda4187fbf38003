import { z } from 'zod'

/**
 * How Picket reaches an HTTP service: the keys that every input and sink over HTTP shares.
 * Secrets in files are read when the client is made, and again on 401, so that they can be rotated.
 */
export const connectionShape = {
  tenant: z.string().min(1).optional().describe('Sent as X-Scope-OrgID.'),
  username: z.string().optional().describe('Basic authentication.'),
  password: z
    .string()
    .optional()
    .describe('Basic authentication; passwordFile reads it from a file.'),
  passwordFile: z
    .string()
    .optional()
    .describe('File whose content, without trailing white space, is the password.'),
  token: z.string().optional().describe('Bearer token; tokenFile reads it from a file.'),
  tokenFile: z
    .string()
    .optional()
    .describe('File whose content, without trailing white space, is the bearer token.'),
  headers: z
    .record(z.string(), z.string())
    .optional()
    .describe('Further headers of every request.'),
  tls: z
    .strictObject({
      caFile: z
        .string()
        .optional()
        .describe('PEM file of the authorities to trust instead of the built-in ones.'),
      certFile: z.string().optional().describe('PEM file with the client certificate.'),
      keyFile: z.string().optional().describe('PEM file with the key of the client certificate.'),
      insecureSkipVerify: z
        .boolean()
        .optional()
        .describe('Do not verify the server. Only for tests.'),
    })
    .optional()
    .describe('TLS for https addresses.'),
} as const

export type ConnectionConfig = z.output<ReturnType<typeof z.strictObject<typeof connectionShape>>>
