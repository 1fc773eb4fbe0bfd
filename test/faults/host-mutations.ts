/** What scripts of a host do to the globals of their page, before ours. */
export interface Mutation {
  /** Goes on after "a page that …". */
  host: string
  /** The script. */
  does: string
  /** The browser cannot be used any more: nothing is shown, and that is all. */
  inert?: true
  /** Codes of the errors that the host is told, in the order of the alphabet. */
  told?: string[]
  /** Attributes of the drop-in. */
  data?: string
}

/** As libraries did that are still in pages, and as polyfills, trackers, sandboxes, test tools and extensions do. */
export const mutations: Mutation[] = [
  // Objects and arrays
  {
    host: 'gives all objects members that for-in finds',
    // XState goes through its own objects with for-in.
    does: 'Object.prototype.foo = 1; Object.prototype.extend = function (more) { for (var key in more) this[key] = more[key] }',
    inert: true,
    told: ['step-failed'],
  },
  {
    host: 'gives all objects members that widgets ask for',
    does: `Object.assign(Object.prototype, { href: 'javascript:alert(1)', url: '//evil.test', src: '//evil.test', html: '<img src=x onerror=alert(1)>',
      dangerouslySetInnerHTML: { __html: '<img src=x onerror=alert(1)>' }, onclick: 'alert(1)', innerHTML: '<img src=x onerror=alert(1)>' })`,
    inert: true,
    told: ['step-failed'],
  },
  {
    host: 'gives arrays methods that for-in finds, as MooTools did',
    does: `Array.prototype.each = Array.prototype.forEach
      Array.prototype.clone = function () { return this.slice() }
      Array.prototype.contains = function (item) { return this.indexOf(item) > -1 }`,
  },
  {
    host: 'gives arrays, texts and numbers a toJSON, and methods of its own, as Prototype.js did',
    does: `Array.prototype.toJSON = function () { return '[' + this.map(function (item) { return JSON.stringify(item) }).join(', ') + ']' }
      String.prototype.toJSON = function () { return '"' + this + '"' }
      Number.prototype.toJSON = function () { return String(this) }
      Date.prototype.toJSON = function () { return '"' + this.toISOString() + '"' }
      var reverse = Array.prototype.reverse; Array.prototype.reverse = function (inline) { return reverse.call(inline === false ? this : this.slice()) }
      Array.prototype.first = function () { return this[0] }
      Array.prototype.last = function () { return this[this.length - 1] }
      Function.prototype.bind = function (self) { var run = this, first = Array.prototype.slice.call(arguments, 1); return function () { return run.apply(self, first.concat(Array.prototype.slice.call(arguments))) } }`,
  },
  {
    host: 'has an Array.from that takes no function',
    does: 'Array.from = function (list) { return list ? Array.prototype.slice.call(list) : [] }',
    inert: true,
    told: ['observer-failed'],
  },
  {
    host: 'gives all objects a toJSON and other members that for-in does not find',
    does: `Object.defineProperty(Object.prototype, 'toJSON', { value: function () { return 'an object' }, configurable: true, writable: true })
      Object.defineProperty(Object.prototype, 'each', { value: function () {}, configurable: true, writable: true })`,
  },
  {
    host: 'iterates arrays in a way of its own',
    does: `var at = Array.prototype.at
      Array.prototype[Symbol.iterator] = function* () { for (var i = 0; i < this.length; i++) yield this[i] }
      Array.prototype.at = function () { return at.apply(this, arguments) }`,
  },
  {
    host: 'freezes what the language brings along, as a sandbox does',
    does: `for (const made of [Object, Array, Function, String, Number, Boolean, RegExp, Date, Error, Promise, Map, Set, WeakMap, Symbol])
        Object.freeze(made.prototype), Object.freeze(made)
      for (const one of [JSON, Math, Reflect]) Object.freeze(one)`,
  },
  {
    host: 'replaces Object.assign, keys and entries by its own',
    does: `Object.assign = function (target) { for (var i = 1; i < arguments.length; i++) for (var key in arguments[i]) target[key] = arguments[i][key]; return target }
      Object.keys = function (of) { var keys = []; for (var key in of) if (Object.prototype.hasOwnProperty.call(of, key)) keys.push(key); return keys }
      Object.entries = function (of) { return Object.keys(of).map(function (key) { return [key, of[key]] }) }`,
  },
  {
    host: 'takes the newer methods of the language away',
    does: `delete Array.prototype.at; delete Array.prototype.findLast; delete Array.prototype.toSorted; delete Object.hasOwn; delete Object.groupBy
      delete String.prototype.replaceAll; delete String.prototype.at; delete Promise.withResolvers; delete Promise.any`,
    inert: true,
    told: ['source-failed'],
  },
  {
    host: 'replaces Map, Set and WeakMap by polyfills',
    does: `window.Map = class Map extends window.Map {}; window.Set = class Set extends window.Set {}
      window.WeakMap = class { constructor() { this.key = '_' + Math.random() }
        get(of) { return of[this.key] } set(of, value) { Object.defineProperty(of, this.key, { value, configurable: true, writable: true }); return this }
        has(of) { return this.key in of } delete(of) { return delete of[this.key] } }`,
  },
  // Texts, numbers, JSON
  {
    host: 'patches replace, split and trim of texts',
    does: `var replace = String.prototype.replace
      String.prototype.replace = function (what, by) { return replace.call(this, what, typeof by === 'function' ? function () { return String(by.apply(null, arguments)) } : by) }
      String.prototype.trim = function () { return replace.call(this, /^\\s+|\\s+$/g, '') }
      String.prototype.startsWith = function (other) { return this.indexOf(other) === 0 }`,
  },
  {
    host: 'replaces JSON by its own',
    does: `var own = { stringify: JSON.stringify, parse: JSON.parse }
      window.JSON = { stringify: function (value, replacer, space) { return own.stringify(value, replacer, space) },
        parse: function (text, reviver) { return own.parse(text, function (key, value) { return reviver ? reviver.call(this, key, value) : value }) } }`,
  },
  {
    host: 'makes JSON.parse refuse all',
    does: 'JSON.parse = function () { throw new SyntaxError("no JSON today") }',
    inert: true,
    told: ['source-failed'],
  },
  {
    host: 'patches exec and test of regular expressions',
    does: `var exec = RegExp.prototype.exec
      RegExp.prototype.exec = function (text) { return exec.call(this, text) }
      RegExp.prototype.test = function (text) { return this.exec(text) !== null }`,
  },
  {
    host: 'has no Intl, and dates without a language',
    does: 'delete window.Intl; Date.prototype.toLocaleString = Date.prototype.toLocaleDateString = Date.prototype.toString',
  },
  { host: 'draws the same random numbers again and again', does: 'Math.random = function () { return 0.5 }' },
  // Time
  {
    host: 'stops the date in 2020, as a test does',
    does: `var Real = Date; var stopped = 1577880000000
      window.Date = class Date extends Real { constructor(...given) { given.length ? super(...given) : super(stopped) } static now() { return stopped } }`,
  },
  {
    host: 'wraps timers, whose ids are objects then',
    does: `for (const name of ['setTimeout', 'setInterval']) { const real = window[name]
        window[name] = (run, ms, ...given) => ({ id: real(() => run(...given), ms) }) }
      for (const name of ['clearTimeout', 'clearInterval']) { const real = window[name]; window[name] = (timer) => real(timer && timer.id) }`,
  },
  {
    host: 'draws four frames a second only',
    does: 'window.requestAnimationFrame = function (run) { return setTimeout(function () { run(performance.now()) }, 250) }; window.cancelAnimationFrame = clearTimeout',
  },
  {
    host: 'knows no idle time',
    does: 'delete window.requestIdleCallback; delete window.cancelIdleCallback',
  },
  {
    host: 'has a performance without an origin',
    does: 'Object.defineProperty(window, "performance", { value: { now: function () { return 1 } } })',
  },
  // Promises
  {
    host: 'replaces promises by its own, as zone.js does',
    does: `const Real = Promise; const then = Real.prototype.then
      window.Promise = class ZoneAwarePromise {
        constructor(run) { this.real = new Real(run) }
        then(...given) { return new ZoneAwarePromise((resolve) => resolve(then.apply(this.real, given))) }
        catch(failed) { return this.then(undefined, failed) }
        finally(run) { return this.then((value) => (run(), value), (error) => { run(); throw error }) }
        static resolve(value) { return new ZoneAwarePromise((resolve) => resolve(value)) }
        static reject(error) { return new ZoneAwarePromise((_, reject) => reject(error)) }
        static all(list) { return this.resolve(Real.all(list)) } static race(list) { return this.resolve(Real.race(list)) }
        static allSettled(list) { return this.resolve(Real.allSettled(list)) } static any(list) { return this.resolve(Real.any(list)) }
      }
      Real.prototype.then = function (done, failed) { return then.call(this, done, failed) }
      foothold.options.onActivity = async function () { throw new Error('of the host') }`,
    told: ['host-failed'],
  },
  {
    host: 'patches then and catch of promises',
    does: `var then = Promise.prototype.then
      Promise.prototype.then = function (done, failed) { return then.call(this, done && function (value) { return done(value) }, failed) }
      Promise.prototype.catch = function (failed) { return this.then(undefined, failed) }`,
  },
  // Events
  {
    host: 'wraps all listeners, as monitors of errors do',
    does: `var add = EventTarget.prototype.addEventListener; var remove = EventTarget.prototype.removeEventListener; var wrapped = new WeakMap()
      EventTarget.prototype.addEventListener = function (type, run, how) {
        if (typeof run === 'function' && !wrapped.has(run)) wrapped.set(run, function () { return run.apply(this, arguments) })
        return add.call(this, type, wrapped.get(run) || run, how) }
      EventTarget.prototype.removeEventListener = function (type, run, how) { return remove.call(this, type, wrapped.get(run) || run, how) }`,
  },
  {
    host: 'knows only true and false as the third word of addEventListener',
    does: `var add = EventTarget.prototype.addEventListener
      EventTarget.prototype.addEventListener = function (type, run, how) { return add.call(this, type, run, how === true || !!(how && how.capture)) }`,
  },
  {
    host: 'puts its own Event and Element in the place of the browser’s, as MooTools did',
    does: `var Own = window.Element
      window.Element = function (name) { return document.createElement(name) }; window.Element.prototype = Own.prototype
      window.Event = function (event) { this.event = event }`,
  },
  {
    host: 'has an AbortController that no listener takes',
    does: `window.AbortController = class { constructor() { this.signal = { aborted: false, addEventListener() {}, removeEventListener() {} } } abort() { this.signal.aborted = true } }
      window.AbortSignal = undefined`,
    inert: true,
    told: ['host-failed', 'source-failed'],
  },
  // The document
  {
    host: 'gives elements methods of its own, as Prototype.js did',
    does: `Element.prototype.remove = function () { this.parentNode && this.parentNode.removeChild(this); return this }
      Element.prototype.show = Element.prototype.hide = Element.prototype.toggle = function () { return this }
      Element.prototype.update = Element.prototype.select = Element.prototype.next = Element.prototype.up = function () { return this }
      Element.prototype.append = function (more) { this.appendChild(typeof more === 'string' ? document.createTextNode(more) : more); return this }
      Element.prototype.closest = function (selector) { for (var at = this; at && at.matches; at = at.parentNode) if (at.matches(selector)) return at; return null }
      document.getElementsByClassName = function (name) { return Array.from(document.querySelectorAll('.' + name)) }`,
  },
  {
    host: 'wraps createElement, appendChild and insertBefore',
    does: `var create = Document.prototype.createElement
      document.createElement = function (name) { return create.call(document, name) }
      for (const verb of ['appendChild', 'insertBefore', 'removeChild']) { const real = Node.prototype[verb]
        Node.prototype[verb] = function (...given) { return real.apply(this, given) } }
      for (const verb of ['setAttribute', 'removeAttribute']) { const real = Element.prototype[verb]
        Element.prototype[verb] = function (...given) { return real.apply(this, given) } }`,
  },
  {
    host: 'makes arrays of what querySelectorAll finds',
    does: `for (const made of [Document, Element, DocumentFragment]) { const real = made.prototype.querySelectorAll
        made.prototype.querySelectorAll = function (selector) { return Array.from(real.call(this, selector)) } }`,
  },
  {
    host: 'has elements that are named as members of the document',
    does: `document.addEventListener('DOMContentLoaded', function () {})
      document.write('<form name="scripts"></form><form name="activeElement"></form><form name="title"></form><form name="currentScript"></form>')`,
  },
  {
    host: 'has a form that is called body',
    does: `document.write('<form name="body"></form><form name="documentElement"></form>')`,
  },
  {
    host: 'has elements whose ids are names of globals',
    does: `document.write('<i id="foothold"></i><i id="Temporal"></i><i id="analytics"></i><i id="dataLayer"></i><i id="process"></i><i id="cookieStore"></i>')`,
  },
  {
    host: 'has polyfilled custom elements',
    does: `Object.defineProperty(window, 'customElements', { value: { define() {}, get() {}, upgrade() {} } })`,
  },
  {
    host: 'closes all shadow roots',
    does: `var attach = Element.prototype.attachShadow
      Element.prototype.attachShadow = function (how) { return attach.call(this, Object.assign({}, how, { mode: 'closed' })) }`,
    inert: true,
    told: ['chunk-failed'],
  },
  { host: 'has no shadow roots', does: 'delete Element.prototype.attachShadow', inert: true, told: ['chunk-failed'] },
  {
    host: 'has no style sheets that are made by scripts',
    does: 'window.CSSStyleSheet = function () { throw new TypeError("Illegal constructor") }',
    inert: true,
    told: ['chunk-failed'],
  },
  {
    host: 'has no popovers',
    does: 'delete HTMLElement.prototype.showPopover; delete HTMLElement.prototype.hidePopover; delete HTMLElement.prototype.popover',
    inert: true,
    told: ['step-failed'],
  },
  // What watches
  {
    host: 'has no IntersectionObserver and no ResizeObserver',
    does: 'delete window.IntersectionObserver; delete window.ResizeObserver',
    inert: true,
    told: ['chunk-failed', 'observer-failed'],
  },
  {
    host: 'has observers of its own, which see nothing',
    does: `for (const name of ['IntersectionObserver', 'ResizeObserver', 'MutationObserver'])
        window[name] = class { observe() {} unobserve() {} disconnect() {} takeRecords() { return [] } }`,
  },
  { host: 'has no MutationObserver', does: 'delete window.MutationObserver' },
  { host: 'cannot ask for the kind of its screen', does: 'delete window.matchMedia', told: ['observer-failed'] },
  // The outside
  {
    host: 'wraps pushState and replaceState',
    does: `for (const verb of ['pushState', 'replaceState']) { const real = history[verb]
        history[verb] = function () { const result = real.apply(this, arguments); dispatchEvent(new CustomEvent('host:' + verb)); return result } }
      history.replaceState({}, '', location.href)`,
  },
  {
    host: 'has a storage that throws',
    does: `Object.defineProperty(window, 'localStorage', { get: function () { throw new DOMException('no', 'SecurityError') } })
      Object.defineProperty(window, 'sessionStorage', { get: function () { throw new DOMException('no', 'SecurityError') } })`,
  },
  {
    host: 'has a storage behind a proxy that prefixes names',
    does: `var real = window.localStorage
      Object.defineProperty(window, 'localStorage', { value: new Proxy(real, { get: function (of, name) {
        return typeof of[name] === 'function' ? function (key, value) { return of[name]('host.' + key, value) } : of[name] } }) })`,
  },
  { host: 'has no storage', does: `Object.defineProperty(window, 'localStorage', { value: null })` },
  {
    host: 'has no crypto, no structuredClone and no sendBeacon',
    does: `Object.defineProperty(window, 'crypto', { value: undefined }); delete window.structuredClone; delete Navigator.prototype.sendBeacon`,
  },
  {
    host: 'has beacons that throw and fetches by XMLHttpRequest',
    does: `navigator.sendBeacon = function () { throw new TypeError('blocked') }
      window.fetch = function (url, how) { return new Promise(function (resolve, reject) { var request = new XMLHttpRequest()
        request.open(how && how.method || 'GET', url)
        for (var name in how && how.headers) request.setRequestHeader(name, how.headers[name])
        request.onload = function () { resolve({ status: request.status, ok: request.status < 300, url: String(url), headers: { get: function (name) { return request.getResponseHeader(name) } },
          text: function () { return Promise.resolve(request.responseText) }, json: function () { return Promise.resolve(JSON.parse(request.responseText)) } }) }
        request.onerror = function () { reject(new TypeError('failed')) }
        request.send(how && how.body) }) }`,
  },
  {
    host: 'has neither locks nor channels',
    does: 'delete Navigator.prototype.locks; delete window.BroadcastChannel; delete window.MessageChannel',
  },
  {
    host: 'has a name and an opener of its own',
    does: `window.name = '{"__proto__":{"polluted":1}}'; Object.defineProperty(window, 'opener', { get: function () { throw new Error('no') } })`,
  },
  {
    host: 'says nothing on its console',
    does: 'window.console = { log: function () {} }',
    data: 'data-debug',
    told: ['destination-failed'],
  },
  {
    host: 'brings what bundlers brought for Node',
    does: `window.process = { env: {}, browser: true, nextTick: function (run) { setTimeout(run) } }; window.global = window
      window.module = { exports: {} }; window.exports = window.module.exports; window.require = function () { throw new Error('no modules') }
      window.define = function () {}; window.define.amd = {}`,
  },
  {
    host: 'has a policy for trusted types that refuses all',
    does: `if (window.trustedTypes) trustedTypes.createPolicy('default', { createHTML: function () { throw new TypeError('no HTML') }, createScriptURL: function () { throw new TypeError('no scripts') } })`,
  },
  {
    host: 'formats stacks of errors in a way that throws',
    does: `Error.prepareStackTrace = function () { throw new Error('no stack') }; Error.captureStackTrace = undefined`,
  },
]
