/** What a run prints about itself, in English and Japanese; what steps print stays as it is. */
import type { Language } from '../../language.ts';
import type { Masks } from './masks.ts';
import type { StepEnd } from './session.ts';

interface Words {
  readonly job: string;
  readonly needs: (jobs: string) => string;
  readonly jobSkipped: string;
  readonly leftOut: string;
  readonly skipped: string;
  readonly exit: (code: number) => string;
  readonly timeout: (minutes: number) => string;
  readonly forgiven: string;
  readonly cancelled: string;
  readonly summary: string;
  readonly outputs: string;
  readonly ends: Readonly<Record<StepEnd, string>>;
  readonly withoutToken: string;
}

const words: Readonly<Record<Language, Words>> = {
  en: {
    job: 'Job',
    needs: (jobs) => `The jobs that it needs are not run: ${jobs}`,
    jobSkipped: 'Not run: its if does not hold.',
    leftOut: 'left out with --skip',
    skipped: 'skipped: its if does not hold',
    exit: (code) => `Error: Process completed with exit code ${code}.`,
    timeout: (minutes) => `Error: The action has timed out after ${minutes} minutes.`,
    forgiven: 'The failure is forgiven (continue-on-error).',
    cancelled: 'Error: The operation was canceled.',
    summary: 'Summary',
    outputs: 'Outputs of the job',
    ends: { success: 'success', failure: 'failure', cancelled: 'cancelled', skipped: 'skipped' },
    withoutToken: 'No token of identity: the job has no permissions: id-token: write.',
  },
  ja: {
    job: 'ジョブ',
    needs: (jobs) => `前提のジョブ (needs) は実行しません: ${jobs}`,
    jobSkipped: '実行しません: if の条件を満たしません。',
    leftOut: '--skip により省略',
    skipped: 'スキップ: if の条件を満たしません',
    exit: (code) => `エラー: プロセスが終了コード ${code} で終わりました。`,
    timeout: (minutes) => `エラー: ${minutes} 分でタイムアウトしました。`,
    forgiven: '失敗ですが続行します (continue-on-error)。',
    cancelled: 'エラー: キャンセルされました。',
    summary: 'サマリー',
    outputs: 'ジョブの出力',
    ends: { success: '成功', failure: '失敗', cancelled: 'キャンセル', skipped: 'スキップ' },
    withoutToken: 'ID トークンなし: ジョブに permissions: id-token: write がありません。',
  },
};

const marks: Readonly<Record<StepEnd, string>> = {
  success: '✓',
  failure: '✗',
  cancelled: '✗',
  skipped: '–',
};

/** Prints lines, each masked. */
export class Report {
  readonly say: Words;
  readonly #masks: Masks;
  readonly #write: (text: string) => void;

  constructor(language: Language, masks: Masks, write: (text: string) => void) {
    this.say = words[language];
    this.#masks = masks;
    this.#write = write;
  }

  readonly line = (text: string): void => {
    this.#write(`${this.#masks.apply(text)}\n`);
  };

  /** The head of a step, or of what an action does before or after. */
  step(label: string, name: string): void {
    this.line(`\n▸ ${label} ${name}`);
  }

  /** What came of the job. */
  end(
    job: string,
    conclusion: StepEnd,
    outputs: ReadonlyMap<string, string>,
    summaries: readonly string[],
  ): void {
    if (summaries.length > 0) {
      this.line(`\n${this.say.summary}`);
      for (const summary of summaries)
        for (const line of summary.split('\n')) this.line(`  ${line}`);
    }
    if (outputs.size > 0) {
      this.line(`\n${this.say.outputs}`);
      for (const [name, value] of outputs) this.line(`  ${name}=${value}`);
    }
    this.line(`\n${marks[conclusion]} ${job}: ${this.say.ends[conclusion]}`);
  }
}
