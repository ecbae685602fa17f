/** What a page may do in the browser. `connectsTo` are further places it calls besides the server it came from. */
export function securityHeaders(connectsTo: readonly string[]): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'self'",
    `connect-src ${["'self'", ...connectsTo].join(" ")}`,
    "img-src 'self' data: blob:",
    "style-src 'self' 'unsafe-inline'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
  };
}
