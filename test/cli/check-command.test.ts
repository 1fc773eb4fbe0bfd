import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { findingCodes } from '../../src/cli/check/finding.ts'
import { readGuideFile } from '../../src/cli/guide-file.ts'
import { setup } from '../build.mjs'

vi.setConfig({ testTimeout: 60_000 })

const folder = mkdtempSync(join(tmpdir(), 'foothold-check-'))
const file = (text: string) => {
  const path = join(folder, 'guide.json')
  writeFileSync(path, text)
  return path
}
afterAll(() => rmSync(folder, { recursive: true }))

describe('a file with no JSON in it', () => {
  it.each<[string, string, string]>([
    ['a word without quotes', '{ "format": 1,\n  "flows": [abc] }', "Unexpected token 'a', at line 2, column 13."],
    ['a comma too many', '{ "format": 1,\n  "flows": [1,] }', "Unexpected token ']', at line 2, column 15."],
    ['a comma too few', '{\n "a": 1\n "b": 2 }', 'at line 3, column 2.'],
    ['a comment', '{ "a": 1,\n // note\n "b": 2 }', 'at line 2, column 2.'],
    ['single quotes', "{ 'a': 1 }", 'at line 1, column 3.'],
    ['a text that goes on in the next line', '{ "a": "x\ny" }', 'at line 1, column 10.'],
    ['a text that is not closed', '{"a": "open', 'at line 1, column 12.'],
    ['more behind it', '{"a": 1}\nx', 'at line 2, column 1.'],
    ['an end that is missing', '{ "flows": [\n', 'at line 2, column 1.'],
    ['nothing', '', 'at line 1, column 1.'],
  ])('is told with line and column: %s', (_, text, told) => {
    expect(() => readGuideFile(file(text))).toThrow(told)
    expect(() => readGuideFile(file(text))).toThrow(/guide\.json is no JSON: [A-Z].*Mend it there\./)
  })
})

describe('what the command prints', () => {
  beforeAll(setup, 180_000)

  const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
  const check = (color: object, ...args: string[]) => {
    const { NO_COLOR: _no, FORCE_COLOR: _force, ...env } = process.env
    return spawnSync(process.execPath, [cli, 'check', ...args], { encoding: 'utf8', env: { ...env, ...color } })
  }
  const wrong = {
    format: 1,
    flows: [{ id: 'a', version: 1, trigger: { idle: '45m' }, steps: [{ id: 'b', type: 'rating' }] }],
  }

  it('has no colours in a pipe, unless they are asked for', () => {
    const plain = check({}, file(JSON.stringify(wrong)))
    const coloured = check({ FORCE_COLOR: '1' }, file(JSON.stringify(wrong)))
    expect(plain.stdout).toContain('never-true')
    expect(stripVTControlCharacters(plain.stdout)).toBe(plain.stdout)
    expect(coloured.stdout).not.toBe(plain.stdout)
    expect(stripVTControlCharacters(coloured.stdout)).toBe(plain.stdout)
  })

  it('is for scripts what its help says, and its end says the same', () => {
    const { stdout, stderr, status } = check({}, file(JSON.stringify(wrong)), '--json')
    const told = JSON.parse(stdout)
    const help = check({}, '--help').stdout
    const [, keys = '', members = ''] = /--json prints \{ (.*), findings: \[\{ (.*) \}\] \}/.exec(help) ?? []
    expect(Object.keys(told)).toEqual([...keys.split(', '), 'findings'])
    expect(Object.keys(told.findings[0])).toEqual(members.split(', '))
    expect(told).toMatchObject({ ok: false, error: 1, warning: 1, hint: 0 })
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
    for (const code of Object.keys(findingCodes)) expect(help).toContain(code)
  })

  it('tells of patterns that backtrack without end, in the order of the document', () => {
    const flows = ['^(a+)+$', '^a+$'].map(($regex, index) => ({
      id: `f${index}`,
      version: 1,
      trigger: { on: 'Page Viewed', where: { title: { $regex } } },
      steps: [{ id: 'b', type: 'rating' }],
    }))
    const { stdout, status } = check({}, file(JSON.stringify({ format: 1, flows })), '--json')
    expect(
      JSON.parse(stdout).findings.map(({ code, severity }: { [key: string]: string }) => [code, severity]),
    ).toEqual([
      ['unknown-step-type', 'warning'],
      ['slow-pattern', 'warning'],
      ['unknown-step-type', 'warning'],
    ])
    expect(status).toBe(0)
  })

  it('tells of keys that an object has twice, wherever it is', () => {
    const text = String.raw`{ "format": 1, "flows": [
      { "id": "a", "version": 1, "trigger": { "on": "A", "pages": ["/x"], "pages": ["/y", "/y"] }, "steps": [
        { "id": "one", "type": "message", "props": { "title": "a \\\", \"title\": {", "text": "One", "te\u0078t": "Two" } },
        { "id": "two", "type": "message", "props": { "title": "One" } } ] },
      { "id": "b", "version": 1, "version": 2, "trigger": "B", "steps": [{ "id": "one", "type": "message", "props": { "title": "One" } }] } ] }`
    const { stdout, status } = check({}, file(text), '--json')
    expect(
      JSON.parse(stdout).findings.map(({ code, severity, path }: { [key: string]: string }) => [code, severity, path]),
    ).toEqual([
      ['repeated-key', 'warning', 'flows[0].steps[0].props.text'],
      ['repeated-key', 'warning', 'flows[0].trigger.pages'],
      ['repeated-key', 'warning', 'flows[1].version'],
    ])
    expect(status).toBe(0)
    const broken = check({}, file('{ "format": 1, "flows": [], "flows": {} }'), '--json')
    expect(
      JSON.parse(broken.stdout)
        .findings.map(({ code }: { code: string }) => code)
        .sort(),
    ).toEqual(['invalid-shape', 'repeated-key'])
  })

  it('goes to the other stream, and ends with 2, where there is nothing to check', () => {
    for (const args of [[join(folder, 'nowhere.json')], [file('{'), '--json']]) {
      const { stdout, stderr, status } = check({}, ...args)
      expect({ stdout, status }).toEqual({ stdout: '', status: 2 })
      expect(stderr).toMatch(/^error: .*(no such file|no JSON)/)
    }
  })
})
