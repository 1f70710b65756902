/** The articles that can be replayed. */
import { files002, foundation002, steps002, taken002 } from './article-002.ts';
import { refusals002, takenByRefusals002 } from './refusals-002.ts';
import type { Step, Tour } from './step.ts';

const quiet = (steps: readonly Step[]): readonly Step[] =>
  steps.map((step) => ({ ...step, part: 'set-up' }));

/** By number. */
export const tours: ReadonlyMap<string, Tour> = new Map([
  [
    '002',
    {
      article: '002',
      title: {
        en: 'IAM roles, IAM policies and instance profiles with the AWS CLI',
        ja: 'CLI による IAM ロール、IAM ポリシー、インスタンスプロファイルの作成',
      },
      steps: steps002,
      refusals: [...quiet(foundation002), ...refusals002],
      files: files002,
      taken: taken002,
      takenByRefusals: takenByRefusals002,
    },
  ],
]);
