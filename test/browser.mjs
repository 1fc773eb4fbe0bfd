/**
 * Finds a Chromium for the tests, or installs one, and a Firefox where that can be had: `node test/browser.mjs` prints their paths.
 * Order: CHROMIUM_PATH, the system's, Playwright's own, Debian's package where it can be installed, the one that npm ships
 * (a headless shell, which lacks the back/forward cache), Playwright's download.
 * A path counts only if it starts; the result is kept under node_modules/.cache.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const cache = join(root, 'node_modules/.cache')
const windows = process.platform === 'win32'

/** Flags with which every test starts the browser. */
export const launchFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The path of a Chromium that starts. Installs one where there is none. */
export async function browserPath() {
  if (process.env.CHROMIUM_PATH) {
    if (works(process.env.CHROMIUM_PATH)) return process.env.CHROMIUM_PATH
    throw new Error(`CHROMIUM_PATH is ${process.env.CHROMIUM_PATH}, but that does not start. Correct or unset it.`)
  }
  const found = remembered() ?? (await firstThatWorks())
  if (!found) {
    throw new Error(
      'No Chromium was found or could be installed. Install Chromium or Chrome, or set CHROMIUM_PATH to its executable.',
    )
  }
  mkdirSync(cache, { recursive: true })
  writeFileSync(join(cache, 'browser.json'), JSON.stringify({ path: found }))
  return found
}

/** The same Chromium on every machine, for what is compared to the pixel; undefined where it cannot be had. */
export async function pinnedBrowser() {
  const path = await fromNpm()
  return works(path) ? path : undefined
}

/**
 * The path of a Firefox that starts: FIREFOX_PATH, the system's, or Debian's package where it can be installed; undefined
 * where there is none.
 */
export function firefoxPath() {
  const given = process.env.FIREFOX_PATH
  if (given) return works(given) ? given : undefined
  const found = () => ['firefox-esr', 'firefox'].flatMap(onPath).find(works)
  return found() ?? (installFromDebian('firefox-esr') ? found() : undefined)
}

async function firstThatWorks() {
  for (const way of [onSystem, fromPlaywright, fromDebian, fromNpm, downloadedByPlaywright]) {
    const found = [await way()].flat().find(works)
    if (found) return found
  }
}

function remembered() {
  try {
    const { path } = JSON.parse(readFileSync(join(cache, 'browser.json'), 'utf8'))
    return works(path) ? path : undefined
  } catch {
    return undefined
  }
}

function works(path) {
  if (!path || !existsSync(path)) return false
  if (windows) return true // chrome.exe --version opens a window there
  return run(path, ['--version'], 20_000)
}

function onSystem() {
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge']
  const apps = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
    (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
  )
  const programs = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA]
    .filter(Boolean)
    .flatMap((folder) => [
      join(folder, 'Google/Chrome/Application/chrome.exe'),
      join(folder, 'Microsoft/Edge/Application/msedge.exe'),
    ])
  return [...names.flatMap(onPath), ...(process.platform === 'darwin' ? apps : []), ...(windows ? programs : [])]
}

async function fromPlaywright() {
  const { chromium } = await import('playwright')
  try {
    return chromium.executablePath()
  } catch {
    return undefined
  }
}

/** A Chromium inside an npm package, for Linux on x64. Only its executable is used, never its own flags. */
async function fromNpm() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return
  const folder = join(cache, 'chromium')
  const manifest = join(folder, 'node_modules/@sparticuz/chromium/package.json')
  if (!existsSync(manifest)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{"private":true}')
    const wanted = ['--no-audit', '--no-fund', '--silent', '@sparticuz/chromium@147.0.0']
    if (!run('npm', ['install', '--prefix', folder, ...wanted])) return
  }
  try {
    process.env.AWS_LAMBDA_JS_RUNTIME ??= 'nodejs22.x' // makes it unpack the libraries it needs
    const { default: shipped } = await import(
      pathToFileURL(createRequire(manifest).resolve('@sparticuz/chromium')).href
    )
    const own = join(folder, 'chromium')
    if (!existsSync(own)) copyFileSync(await shipped.executablePath(), own)
    return own
  } catch {
    return undefined
  }
}

function downloadedByPlaywright() {
  const cli = createRequire(import.meta.url).resolve('playwright/cli.js')
  return run(process.execPath, [cli, 'install', 'chromium', '--only-shell']) ? fromPlaywright() : undefined
}

function fromDebian() {
  return installFromDebian('chromium') ? '/usr/bin/chromium' : undefined
}

function installFromDebian(name) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false
  run('apt-get', ['update'])
  return run('apt-get', ['install', '-y', '--no-install-recommends', name])
}

function onPath(name) {
  return windows ? [] : (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))
}

function run(command, args, timeout = 300_000) {
  try {
    execFileSync(command, args, {
      stdio: 'ignore',
      timeout,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
    return true
  } catch {
    return false
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(`Browser for the tests: ${await browserPath()}`)
  console.log(`Firefox beside it: ${firefoxPath() ?? 'none could be found or installed, its tests are skipped'}`)
}
