import { describe, expect, test } from 'vitest'
import { compileTemplate } from '../../src/store/logql/template/template.ts'

const LABELS: Record<string, string> = {
  a: 'Alpha',
  n: '12',
  f: '1.5',
  e: '',
  s: '  x y ',
  u: 'żółć',
}
const render = (source: string): string =>
  compileTemplate(source).render({
    line: 'the line',
    ns: 1_500_000_000_123_456_789n,
    get: (name) => LABELS[name] ?? '',
  })

describe('templates', () => {
  test.each([
    ['plain', 'plain'],
    ['{{.a}}-{{ .n }}', 'Alpha-12'],
    ['{{.missing}}|', '|'],
    ['a {{- .n -}} b', 'a12b'],
    ['{{/* nothing */}}x', 'x'],
    ['{{.a | lower}} {{.a | ToUpper}}', 'alpha ALPHA'],
    ['{{ .a | trunc 2 }}{{ trunc -2 .u }}', 'Alłć'],
    ['{{ substr 1 3 .a }}', 'lp'],
    ['{{ .s | trim }}|{{ TrimLeft .s " " }}', 'x y|x y '],
    ['{{ replace "p" "P" .a }} {{ Replace .a "a" "" -1 }}', 'AlPha Alph'],
    ['{{ trimPrefix "Al" .a }} {{ TrimSuffix .a "ha" }}', 'pha Alp'],
    ['{{ default "none" .e }} {{ default "none" .a }}', 'none Alpha'],
    ['{{ if eq .a "Alpha" }}yes{{ else }}no{{ end }}', 'yes'],
    ['{{ if .e }}1{{ else if contains "lp" .a }}2{{ else }}3{{ end }}', '2'],
    ['{{ if and (hasPrefix "A" .a) (not .e) }}both{{ end }}', 'both'],
    ['{{ if gt (int .n) 11 }}more{{ end }}', 'more'],
    ['{{ add (int .n) 3 }} {{ div 7 2 }} {{ mod 7 2 }} {{ sub 1 2 3 }}', '15 3 1 -4'],
    ['{{ mulf 2.0 1.5 }} {{ divf (float64 .n) 8 }} {{ mulf 1000.0 1000 }}', '3 1.5 1e+06'],
    ['{{ round 1.2345 2 }} {{ ceil 1.2 }} {{ max 1 5 3 }}', '1.23 2 5'],
    ['{{ printf "%-5s|%05d|%.2f|%q|%x|%%" .a 42 1.5 "q" 255 }}', 'Alpha|00042|1.50|"q"|ff|%'],
    ['{{ printf "%d" .a }}', '%!d(string=Alpha)'],
    ['{{ regexReplaceAll "(l)(p)" .a "${2}$1-" }}', 'Aplha'.replace('l', 'l-')],
    ['{{ regexReplaceAllLiteral "l" .a "$1" }}', 'A$1pha'],
    ['{{ count "a|A" .a }}', '2'],
    ['{{ __line__ | upper }}', 'THE LINE'],
    [
      '{{ __timestamp__ | unixEpoch }} {{ unixEpochMillis __timestamp__ }}',
      '1500000000 1500000000123',
    ],
    ['{{ urlencode "a b/ü" }} {{ urldecode "a+b%2F" }}', 'a+b%2F%C3%BC a b/'],
    ['{{ b64enc .a }} {{ b64dec "eA==" }}', 'QWxwaGE= x'],
    ['{{ alignLeft 3 .a }}|{{ alignRight 7 .a }}|', 'Alp|  Alpha|'],
    ['{{ duration "1m30s" }} {{ bytes "2KiB" }}', '90 2048'],
    ['{{ indent 2 .a }} {{ repeat 3 "ab" }}', '  Alpha ababab'],
    ['{{ "}}" }}{{ `{{` }}', '}}{{'],
  ])('%s', (source, want) => {
    expect(render(source)).toBe(want)
  })

  test.each([
    ['{{ gt .n 5 }}', /incompatible types/],
    ['{{ div 1 0 }}', /divide by zero/],
    ['{{ repeat 100000000 .a }}', /too long/],
    ['{{ upper 5 }}', /expected string, got int/],
    ['{{ regexReplaceAll "(" .a "" }}', /missing closing/],
    ['{{ duration "soon" }}', /invalid duration/],
  ])('%s fails on the entry', (source, message) => {
    const template = compileTemplate(source)
    expect(() => template.render({ line: '', ns: 0n, get: (name) => LABELS[name] ?? '' })).toThrow(
      message,
    )
  })

  test('names the labels that it reads', () => {
    expect(compileTemplate('{{.a}}{{if .b}}{{.c | lower}}{{end}}').reads).toEqual(['a', 'b', 'c'])
  })
})
