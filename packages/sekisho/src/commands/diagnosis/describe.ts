/** Diagnoses, fixes and checklists as text. */
import type { Language } from '../../language.ts';
import { notOneOf } from '../../mistakes.ts';
import { table } from '../questions/table.ts';
import type { ChecklistLine, Diagnosis, Finding, Fix } from './answer.ts';
import { diagnosisWords } from './words.ts';

const fixForms = ['cli', 'terraform', 'cloudformation', 'all', 'none'] as const;

/** Which forms of a fix are printed. */
export type FixForm = (typeof fixForms)[number];

/** The option of verbs that print fixes. */
export const fixOption = { fix: { type: 'string' } } as const;

export const fixUsage =
  '  --fix FORM           how fixes are written: cli, terraform, cloudformation, all, none (all)';

/** Throws CommandError for any other. */
export function readFixForm(values: ReadonlyMap<string, unknown>): FixForm {
  const form = values.get('fix') ?? 'all';
  const known = fixForms.find((one) => one === form);
  if (known === undefined) throw notOneOf('--fix', fixForms, form);
  return known;
}

/** The sentence, and the change in the forms that are wanted. */
export function fixLines(
  fix: Fix,
  form: FixForm,
  language: Language,
  indent = '  ',
): readonly string[] {
  if (form === 'none') return [];
  const parts: readonly (readonly [title: string, form: FixForm, text: string])[] = [
    ['AWS CLI', 'cli', fix.cli],
    ['Terraform', 'terraform', fix.terraform],
    ['CloudFormation', 'cloudformation', fix.cloudFormation],
  ];
  const shown = parts.filter(([, own, text]) => text !== '' && (form === 'all' || form === own));
  const lines = [`→ ${fix.text[language]}`];
  for (const [title, , text] of shown) {
    lines.push(`  # ${title}`, ...text.split('\n').map((line) => `  ${line}`));
  }
  return lines.map((line) => indent + line);
}

/** The whole text of a diagnosis. */
export function describeDiagnosis(
  diagnosis: Diagnosis,
  form: FixForm,
  language: Language,
): readonly string[] {
  const say = diagnosisWords[language];
  const { about, reason, principals, findings, ahead, plan } = diagnosis;
  const lines = [about, ...(reason === '' ? [] : [reason]), ''];
  if (principals.length > 0) {
    lines.push(
      ...table(
        [say.principal, '', say.state, say.lacks],
        principals.flatMap(({ principal, name, state, lacks }) => {
          const [first = '', ...rest] = lacks;
          const title = say.principals[principal] ?? principal;
          return [
            [title, name, say.states[state] ?? state, first],
            ...rest.map((lack) => ['', '', '', lack]),
          ];
        }),
      ),
      '',
    );
  }
  if (findings.length === 0 && ahead.length === 0) return [...lines, say.nothing];
  // One policy may be changed for several findings: then only the plan has it whole.
  const isPlanned = ahead.length > 0 || findings.length > 1;
  for (const finding of findings) lines.push(...findingLines(finding, form, language, !isPlanned));
  if (ahead.length > 0) {
    lines.push(say.ahead);
    for (const { text } of ahead) lines.push(`  ✗ ${text[language]}`);
    lines.push('');
  }
  if (isPlanned && plan.length > 0 && form !== 'none') {
    lines.push(say.plan, ...plan.flatMap((fix) => fixLines(fix, form, language)), '');
  }
  return lines;
}

function findingLines(
  { text, explanation, allowedNow, proven, fixes }: Finding,
  form: FixForm,
  language: Language,
  withFixes: boolean,
): readonly string[] {
  const say = diagnosisWords[language];
  const lines = [`${say.cause}: ${text[language]}`];
  if (allowedNow) lines.push(`  ${say.allowedNow}`);
  for (const line of explanation?.[language] ?? []) lines.push(`  ${line}`);
  if (withFixes && !allowedNow && fixes.length > 0 && form !== 'none') {
    lines.push('', proven ? `${say.fix} (${say.proven})` : say.fix);
    lines.push(...fixes.flatMap((fix) => fixLines(fix, form, language)));
  }
  return [...lines, ''];
}

const marks = { ok: '✓', missing: '✗', note: '!' } as const;

/** The whole text of a checklist. */
export function describeChecklist(
  all: readonly ChecklistLine[],
  form: FixForm,
  language: Language,
): readonly string[] {
  const say = diagnosisWords[language];
  const lines: string[] = [];
  let section = '';
  for (const line of all) {
    if (line.section[language] !== section) {
      section = line.section[language];
      lines.push(...(lines.length === 0 ? [] : ['']), section);
    }
    lines.push(`  ${marks[line.state]} ${line.text[language]}`);
    lines.push(...line.fixes.flatMap((fix) => fixLines(fix, form, language, '      ')));
  }
  const counted = all.filter(({ state }) => state !== 'note');
  const missing = counted.filter(({ state }) => state === 'missing').length;
  const end = missing === 0 ? say.complete(counted.length) : say.missing(missing, counted.length);
  return [...lines, '', end];
}

/** Names of resources may be anything: nothing reaches the terminal as a control sequence. */
export function printable(lines: readonly string[]): string {
  return `${lines.map((line) => line.replace(/\p{C}/gu, '\u{FFFD}')).join('\n')}\n`;
}
