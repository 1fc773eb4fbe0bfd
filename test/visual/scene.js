// A page whose time stands still until it is told to pass, in the language that its address names.
;(() => {
  const lang = new URLSearchParams(location.search).get('lang')
  document.documentElement.lang = lang
  document.documentElement.dir = lang === 'ar' ? 'rtl' : 'ltr'
  localStorage.clear()

  let now = Date.UTC(2026, 4, 4, 9)
  const waiting = new Set()
  window.scene = {
    said: [],
    heard: [],
    // As after a sleep: what is due runs, late.
    pass(ms) {
      now += ms
      for (const one of [...waiting].filter(({ at }) => at <= now).sort((one, other) => one.at - other.at)) {
        if (waiting.delete(one)) one.run()
      }
    },
  }
  // Assistive technology speaks what changes in a live region.
  const hear = new MutationObserver((changes) => {
    for (const { target } of changes) {
      const node = target.nodeType === Node.TEXT_NODE ? target.parentElement : target
      const region = node?.closest('[role=status], [role=alert], [aria-live]') ?? node?.querySelector('[role=alert]')
      const text = region?.textContent.trim().replace(/\s+/g, ' ')
      if (text && window.scene.said.at(-1) !== text) window.scene.said.push(text)
    }
  })
  const attach = Element.prototype.attachShadow
  Element.prototype.attachShadow = function (init) {
    const root = attach.call(this, init)
    hear.observe(root, { subtree: true, childList: true, characterData: true })
    return root
  }
  // The page's own hotkeys.
  document.addEventListener('keydown', ({ key, target }) => {
    if (key.length === 1 && !/^(INPUT|TEXTAREA)$/.test(target.tagName)) window.scene.heard.push(key)
  })
  window.foothold = []
  window.foothold.options = {
    source: { name: 'scenes', guide: async () => (await fetch('/scene/guide.json')).json() },
    observers: [],
    clock: {
      now: () => now,
      after(ms, run) {
        const one = { at: now + ms, run }
        waiting.add(one)
        return () => waiting.delete(one)
      },
    },
    onError: (error) => console.error(String(error)),
  }
})()
