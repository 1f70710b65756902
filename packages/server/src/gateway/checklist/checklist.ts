/** A list of what has to be there, each line looked at in the account as it is now. */
import type { ContextEntry } from '../../information/entries.ts';
import type { DemandContext } from '../../services/service.ts';
import { type Attempt, attempt } from '../diagnosis/attempt.ts';
import { decisionFinding } from '../diagnosis/decision-finding.ts';
import { subjectNames } from '../diagnosis/decision-words.ts';
import type { Finding, FindingSubject } from '../diagnosis/finding.ts';
import type { TaskCheck } from '../diagnosis/task-check.ts';
import { FixPlan } from '../fixes/plan.ts';
import type { Fix, Text } from '../fixes/template.ts';
import type { GatewayParts } from '../parts.ts';
import { decidePair, type PairDecision } from '../questions/pair.ts';
import { findSubject, type Subject } from '../questions/subject.ts';

/** One line. A note does not count. */
export interface ChecklistLine {
  readonly state: 'ok' | 'missing' | 'note';
  readonly section: Text;
  readonly text: Text;
  readonly code?: string;
  readonly explanation?: Finding['explanation'];
  readonly proven?: boolean;
  readonly fixes: readonly Fix[];
}

/** What a list is asked about; its members are the options of `sekisho checklist`. */
export interface ChecklistQuestion {
  readonly texts: ReadonlyMap<string, string>;
  readonly context: DemandContext;
  readonly parts: GatewayParts;
}

/** Collects lines; a section's name stands on each of its lines. */
export class Checklist {
  readonly lines: ChecklistLine[] = [];
  readonly question: ChecklistQuestion;
  /** The fixes of the lines, done in their order, do not undo each other. */
  readonly plan: FixPlan;
  readonly #attempted = new Set<string>();
  #section: Text = { en: '', ja: '' };

  constructor(question: ChecklistQuestion) {
    this.question = question;
    this.plan = new FixPlan(question.context.runtime.directory);
  }

  section(en: string, ja: string): void {
    this.#section = { en, ja };
  }

  /** Says what is there, or what is missing with its fixes. */
  add(
    isThere: boolean,
    there: Text,
    missing: Text = there,
    fixes: readonly Fix[] = [],
    state: 'missing' | 'note' = 'missing',
  ): boolean {
    this.lines.push({
      state: isThere ? 'ok' : state,
      section: this.#section,
      text: isThere ? there : missing,
      fixes: isThere ? [] : fixes,
    });
    return isThere;
  }

  /** Says that a request would be allowed, or why it would not. */
  addFinding(there: Text, finding: Finding | undefined): void {
    if (finding === undefined) {
      this.add(true, there);
      return;
    }
    const { text, code, explanation, proven, fixes } = finding;
    this.lines.push({
      state: 'missing',
      section: this.#section,
      text,
      code,
      ...(explanation && { explanation }),
      ...(proven === undefined ? {} : { proven }),
      fixes,
    });
  }

  /** One line for each action on each resource. */
  addChecks(checks: readonly TaskCheck[]): void {
    const seen = new Set<string>();
    for (const { principal, action, resource, finding } of checks) {
      const key = JSON.stringify([principal, action, resource, finding?.code]);
      if (seen.has(key)) continue;
      seen.add(key);
      this.addFinding(may(principal, action, resource), finding);
    }
  }

  /** What an operation asks of the principal, a line for each action. */
  async addAttempt(asked: Attempt, subject: Subject, who: FindingSubject): Promise<void> {
    const { parts } = this.question;
    for (const decision of await attempt(asked, subject.context, parts)) {
      const { action, resource } = decision.request;
      const isDenied = decision.outcome !== 'allow';
      // Two operations may ask for the same: iam:PassRole, by a registration and by a deployment.
      const line = `${who} ${action} ${resource} ${isDenied}`;
      if (this.#attempted.has(line)) continue;
      this.#attempted.add(line);
      const place = { subject: who, context: subject.context, plan: this.plan };
      const finding = isDenied ? decisionFinding(decision, place) : undefined;
      this.addFinding(may(who, action, resource), finding);
    }
  }

  /** One action of a principal that no operation of ours stands for. */
  decide(
    subject: Subject,
    action: string,
    resource: string,
    context: readonly ContextEntry[] = [],
  ): PairDecision {
    return decidePair({ subject, action, resource, context }, this.question.parts);
  }

  text(name: string): string | undefined {
    return this.question.texts.get(name);
  }

  /** The principal that a member names; undefined where it is not given. */
  principal(name: string): Subject | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : findSubject(text, this.question.context);
  }
}

/** `The deployer may ecs:UpdateService on arn:…`. */
export function may(who: FindingSubject, action: string, resource: string): Text {
  const { en, ja } = subjectNames[who];
  return { en: `${en}: ${action} on ${resource}`, ja: `${ja}: ${resource} への ${action}` };
}
