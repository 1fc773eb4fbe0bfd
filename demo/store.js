// Harbor and Pier share one origin here, as no two products would. This store, a custom one given through the
// options, keeps them apart: each has its own visitor.
;(() => {
  const prefix = `foothold.${location.pathname.split('/')[1]}:`

  const apart = {
    name: 'apart',
    get(key) {
      const json = localStorage.getItem(prefix + key)
      return json === null ? undefined : JSON.parse(json)
    },
    set(key, value) {
      if (value === undefined) localStorage.removeItem(prefix + key)
      else localStorage.setItem(prefix + key, JSON.stringify(value))
    },
    watch(key, changed) {
      const onStorage = (event) => {
        if (event.key === prefix + key || event.key === null) changed()
      }
      addEventListener('storage', onStorage)
      return () => removeEventListener('storage', onStorage)
    },
  }

  window.foothold = window.foothold || []
  window.foothold.options = { ...window.foothold.options, store: apart }
})()
