/** How a step and its outcome look on the terminal. */
import type { Language } from '../../language.ts';
import { commandLine } from './command-line.ts';
import type { Outcome } from './outcome.ts';
import { type Phrases, phrases } from './phrases.ts';
import type { Played } from './replay.ts';

const indent = (text: string, width = 5): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : `${' '.repeat(width)}${line}`))
    .join('\n');

/** The lines of one step; set-up that came out well is one line. */
export function describeStep(number: number, played: Played, language: Language): string {
  const { step } = played;
  const words = phrases[language];
  const good = played.disappointment === undefined;
  const marks = [
    words.parts[step.part],
    step.by === undefined ? '' : words.by(step.by.name[language]),
  ];
  const shown = marks.filter((mark) => mark !== '').join(', ');
  const sign = played.leftOut === undefined ? (good ? '✓' : '✗') : '–';
  const head = `${String(number).padStart(3)} ${sign} ${step.id.padEnd(6)} ${step.title[language]}${shown === '' ? '' : ` [${shown}]`}`;
  if (good && step.part === 'set-up') return `${head}\n`;
  if (played.leftOut !== undefined) return `${head}\n${indent(words.leftOut(played.leftOut))}\n`;
  const target = step.writes === undefined ? '' : ` > ${step.writes}`;
  const lines = [head, indent(`$ ${commandLine(played.typed)}${target}`)];
  if (good && step.shows === true && played.outcome !== undefined) {
    lines.push(indent(said(played.outcome)));
  }
  if (good) lines.push(...describeRefusal(played, words, language));
  else lines.push(...describeFailure(played, words));
  return `${lines.join('\n')}\n`;
}

function describeRefusal(played: Played, words: Phrases, language: Language): readonly string[] {
  const { step, outcome, why } = played;
  if (step.expectation.kind !== 'refusal' || outcome === undefined) return [];
  const fix = step.fix?.[language];
  return [
    indent(said(outcome)),
    ...explanation(why, words),
    ...(fix === undefined ? [] : [indent(`${words.fix}: ${fix}`)]),
    '',
  ];
}

function explanation(why: string | undefined, words: Phrases): readonly string[] {
  if (why === undefined) return [indent(words.noDecision)];
  return [indent('$ sekisho why --last'), indent(why.replaceAll(/\n{2,}/g, '\n'))];
}

function describeFailure(played: Played, words: Phrases): readonly string[] {
  const { disappointment: wrong, outcome, why, step } = played;
  if (wrong === undefined) return [];
  if (wrong.kind === 'unknown') return [indent(words.unknown(wrong.name))];
  const output = outcome === undefined ? words.nothing : said(outcome) || words.nothing;
  switch (wrong.kind) {
    case 'failed':
      return [indent(output)];
    case 'not refused':
      return [indent(words.notRefused)];
    case 'differs':
      if (why !== undefined) {
        return [indent(words.whyDiffers(step.deniedAction ?? '')), ...explanation(why, words)];
      }
      return [
        indent(`${words.expected}: ${wrong.expected || words.nothing}`),
        indent(`${words.printed}: ${output}`),
      ];
  }
}

/** What the client said; an encoded authorization message is shortened. */
export function said(outcome: Outcome): string {
  const text = `${outcome.stdout.trim()}\n${outcome.stderr.trim()}`.trim();
  return text.replace(
    /(Encoded authorization failure message: \S{24})(\S+)/,
    (_, start: string, rest: string) => `${start}… (+${rest.length})`,
  );
}
