import { afterEach, describe, expect, test, vi } from 'vitest'
import { localStore } from '../../src/stores/local.ts'
import { countOpenEnds } from '../../src/testing/open-ends.ts'
import { storeContract } from '../../src/testing/store-contract.ts'

describe('localStore, as every store,', () => {
  const cases = storeContract({
    open: localStore,
    lasts: true,
    clear() {
      for (const key of Object.keys(localStorage)) if (key.startsWith('foothold:')) localStorage.removeItem(key)
    },
    elsewhere(key, value) {
      // Another window of the same origin: only then does the browser tell this one.
      const frame = document.body.appendChild(document.createElement('iframe'))
      const other = frame.contentWindow!.localStorage
      if (value === undefined) other.removeItem(`foothold:${key}`)
      else other.setItem(`foothold:${key}`, JSON.stringify(value))
      frame.remove()
    },
    fill() {
      const spy = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
        throw new DOMException('full', 'QuotaExceededError')
      })
      return () => spy.mockRestore()
    },
    corrupt: (key) => localStorage.setItem(`foothold:${key}`, '{"cut'),
    onError: (error) => expect(error).toMatchObject({ code: 'store-failed' }),
  })
  for (const { name, run } of cases) test(name, run)
})

describe('localStore', () => {
  afterEach(() => {
    vi.restoreAllMocks()
    localStorage.clear()
  })

  test('puts its prefix before every key, and leaves the host’s keys alone', () => {
    localStorage.setItem('state', 'host')
    localStore({ prefix: 'a:' }).set('state', 1)
    localStore({ prefix: 'b:' }).set('state', 2)
    expect({ ...localStorage }).toEqual({ state: 'host', 'a:state': '1', 'b:state': '2' })
    expect(localStore({ prefix: 'a:' }).get('state')).toBe(1)
  })

  test.each([
    [
      'throws when it is touched',
      () =>
        vi.spyOn(window, 'localStorage', 'get').mockImplementation(() => {
          throw new DOMException('no', 'SecurityError')
        }),
    ],
    ['is null', () => vi.spyOn(window, 'localStorage', 'get').mockReturnValue(null as unknown as Storage)],
    [
      'refuses to write',
      () =>
        vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
          throw new DOMException('no', 'SecurityError')
        }),
    ],
  ])('remembers in memory where storage %s', (_, refuse) => {
    refuse()
    const store = localStore()
    store.set('state', { kept: true })
    expect(store.get('state')).toEqual({ kept: true })
    expect(() => store.watch!('state', () => {})()).not.toThrow()
    vi.restoreAllMocks()
    expect(localStorage.length).toBe(0)
    expect(store.get('state')).toEqual({ kept: true })
  })

  test('asks storage once, and not before it is used', () => {
    const asked = vi.spyOn(window, 'localStorage', 'get')
    const store = localStore()
    expect(asked).not.toHaveBeenCalled()
    for (let turn = 0; turn < 5; turn++) store.get('state')
    expect(asked).toHaveBeenCalledTimes(1)
  })

  test('still reads what is there when storage is full from the beginning', () => {
    localStorage.setItem('foothold:state', '1')
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    const store = localStore()
    expect(store.get('state')).toBe(1)
    expect(() => store.set('state', 2)).toThrow(/"state" could not be kept in localStorage.*\[store-failed\]/)
  })

  test('says so when really full', () => {
    const store = localStore()
    store.set('state', 'old')
    expect(() => store.set('state', 'x'.repeat(6_000_000))).toThrow(/store-failed/)
    expect(store.get('state')).toBe('old')
  })

  test('is told when another tab clears everything', () => {
    const changed = vi.fn()
    const open = countOpenEnds()
    const stop = localStore().watch!('state', changed)
    dispatchEvent(new StorageEvent('storage', { key: null, storageArea: localStorage }))
    dispatchEvent(new StorageEvent('storage', { key: 'foothold:state', storageArea: sessionStorage }))
    expect(changed).toHaveBeenCalledTimes(1)
    stop()
    expect(open.now()).toEqual({})
    open.stop()
  })
})
