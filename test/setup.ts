import { cleanup } from '@testing-library/preact'
import { afterEach } from 'vitest'

// All files share an origin, and vendors' clients leave behind who they met.
localStorage.clear()
sessionStorage.clear()
// biome-ignore lint/suspicious/noDocumentCookie: the cookie store cannot remove what others wrote with a domain
for (const cookie of document.cookie.split('; ')) document.cookie = `${cookie.split('=')[0]}=; path=/; max-age=0`

afterEach(() => cleanup())
