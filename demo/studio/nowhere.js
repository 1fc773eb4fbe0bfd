// In the studio the apps remember nothing: a preview leaves no trace in the visitor that they know.
;(() => {
  const kept = new Map()
  const nowhere = { name: 'nowhere', get: (key) => kept.get(key), set: (key, value) => kept.set(key, value) }
  window.foothold = window.foothold || []
  const onError = ({ message }) => parent.studio?.failed(message)
  window.foothold.options = { ...window.foothold.options, store: nowhere, observers: [], onError }
})()
