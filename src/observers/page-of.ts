import type { Page } from '../core/activity.ts'

/**
 * The page on view, as activities carry it. `hash` is for hash routers; `referrer` for where a
 * single-page app came from. Addresses go without their query, which may carry tokens and mail addresses.
 */
export function pageOf(hash = false, referrer = document.referrer.replace(/[?#].*/, '')): Page {
  const side = Math.min(screen.width, screen.height)
  return {
    path: pathOf(hash),
    title: document.title,
    referrer,
    device: side < 600 ? 'phone' : side < 1000 && matchMedia('(pointer:coarse)').matches ? 'tablet' : 'desktop',
  }
}

/** The path without query and, but for hash routers (`/app#/cart`), without hash. */
export function pathOf(hash = false): string {
  return location.pathname + (hash ? location.hash.split('?')[0] : '')
}
