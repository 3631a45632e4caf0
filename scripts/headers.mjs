/**
 * What a host may say of each file beside the policy that stands in the page: who may frame it, which a page can't say of itself.
 * The server of `npm start` says it; docs/security.md has the same for other hosts.
 */

/** Pages that are made to stand in others’ pages. */
const EMBEDDED = /^\/[a-z]{2}\/embed\//

/**
 * @param {string} pathname from the site's root on, with a slash in front
 * @returns {Record<string, string>}
 */
export function securityHeaders(pathname) {
  return {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
    ...(EMBEDDED.test(pathname) ? {} : { 'content-security-policy': "frame-ancestors 'self'" }),
  }
}
