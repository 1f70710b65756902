/** What the server answers to a diagnosis or a checklist, read with care. */

import type { Language } from '../../language.ts';
import { strangeAnswer } from '../../mistakes.ts';

/** A sentence in both languages. */
export type Text = Readonly<Record<Language, string>>;

/** A change in its three forms. */
export interface Fix {
  readonly text: Text;
  readonly cli: string;
  readonly terraform: string;
  readonly cloudFormation: string;
}

/** One thing that is wrong. */
export interface Finding {
  readonly subject: string;
  readonly code: string;
  readonly text: Text;
  readonly explanation: Readonly<Record<Language, readonly string[]>> | undefined;
  readonly proven: boolean;
  readonly allowedNow: boolean;
  readonly fixes: readonly Fix[];
}

/** A row of the table of principals. */
export interface PrincipalRow {
  readonly principal: string;
  readonly name: string;
  readonly state: string;
  readonly lacks: readonly string[];
}

/** A task's diagnosis, or a service's with its task's. */
export interface Diagnosis {
  readonly about: string;
  /** `STOPPED: …`, or the newest event. */
  readonly reason: string;
  readonly principals: readonly PrincipalRow[];
  readonly findings: readonly Finding[];
  readonly ahead: readonly Finding[];
  readonly plan: readonly Fix[];
}

/** A line of a checklist. */
export interface ChecklistLine {
  readonly state: 'ok' | 'missing' | 'note';
  readonly section: Text;
  readonly text: Text;
  readonly fixes: readonly Fix[];
}

type Members = Readonly<Record<string, unknown>>;

function members(value: unknown): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw strangeAnswer();
  }
  return value as Members;
}

function list(value: unknown): readonly Members[] {
  return Array.isArray(value) ? value.map(members) : [];
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function text(value: unknown): Text {
  const { en, ja } = members(value);
  return { en: string(en), ja: string(ja) };
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(string) : [];
}

/** Throws CommandError for what is none. */
export function readFix(value: unknown): Fix {
  const fix = members(value);
  return {
    text: text(fix['text']),
    cli: string(fix['cli']),
    terraform: string(fix['terraform']),
    cloudFormation: string(fix['cloudFormation']),
  };
}

export function readFixes(value: unknown): readonly Fix[] {
  return list(value).map(readFix);
}

function readFinding(finding: Members): Finding {
  const explanation = finding['explanation'];
  const told = explanation === undefined ? undefined : members(explanation);
  return {
    subject: string(finding['subject']),
    code: string(finding['code']),
    text: text(finding['text']),
    explanation: told && { en: strings(told['en']), ja: strings(told['ja']) },
    proven: finding['proven'] === true,
    allowedNow: finding['allowedNow'] === true,
    fixes: readFixes(finding['fixes']),
  };
}

/** Throws CommandError for what is none. */
export function readDiagnosis(value: unknown): Diagnosis {
  const answer = members(value);
  const task = answer['task'] === undefined ? answer : members(answer['task']);
  const status = [string(task['lastStatus']), string(task['stoppedReason'])];
  const reason = status.filter((part) => part !== '').join(': ') || string(answer['event']);
  return {
    about: string(answer['taskArn']) || string(answer['serviceArn']),
    reason,
    principals: list(task['principals']).map((row) => ({
      principal: string(row['principal']),
      name: string(row['name']),
      state: string(row['state']),
      lacks: strings(row['lacks']),
    })),
    findings: list(answer['findings']).map(readFinding),
    ahead: list(answer['ahead']).map(readFinding),
    plan: readFixes(answer['plan']),
  };
}

/** Throws CommandError for what is none. */
export function readChecklist(value: unknown): readonly ChecklistLine[] {
  return list(members(value)['lines']).map((line) => {
    const { state } = line;
    return {
      state: state === 'ok' || state === 'note' ? state : 'missing',
      section: text(line['section']),
      text: text(line['text']),
      fixes: readFixes(line['fixes']),
    };
  });
}
