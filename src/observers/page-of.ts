import type { Page } from '../core/activity.ts'

/** The page on view, as activities carry it. Addresses go without their query, which may carry tokens. */
export function pageOf(hash?: boolean, referrer = document.referrer.replace(/[?#].*/, '')): Page {
  const side = Math.min(screen.width, screen.height)
  return {
    path: pathOf(hash),
    title: document.title,
    referrer,
    device: side < 600 ? 'phone' : side < 1000 && matchMedia('(pointer:coarse)').matches ? 'tablet' : 'desktop',
  }
}

/**
 * The path without query and hash. A hash that is a path itself, as hash routers write it (`/app#/cart`, `#!/cart`),
 * belongs to it: without it all pages of such an app were one. `hash` says so of every hash, or of none.
 */
export function pathOf(hash = /^#!?\//.test(location.hash)): string {
  return location.pathname + (hash ? location.hash.split('?')[0] : '')
}
