import type { Page } from '../core/activity.ts'

/** The page on view, as activities carry it. `hash` is for hash routers; `referrer` for where a single-page app came from. */
export function pageOf(hash = false, referrer = document.referrer): Page {
  const side = Math.min(screen.width, screen.height)
  return {
    path: pathOf(hash),
    title: document.title,
    // Queries carry tokens and mail addresses.
    referrer: bare(referrer),
    device: side < 600 ? 'phone' : side < 1000 && matchMedia('(pointer:coarse)').matches ? 'tablet' : 'desktop',
  }
}

/** The path without query and, but for hash routers (`/app#/cart`), without hash. */
export function pathOf(hash = false): string {
  return location.pathname + (hash ? location.hash.split('?')[0] : '')
}

function bare(address: string): string {
  return address.replace(/[?#].*/, '')
}
