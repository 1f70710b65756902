/** The tour of article 004: the task execution role of ECS. */
import { quiet, type Tour } from '../step.ts';
import { files004, region004 } from './documents.ts';
import { refusals004, takenByRefusals004 } from './refusals.ts';
import { foundation004, steps004, taken004 } from './steps.ts';

/** Article 004. */
export const tour004: Tour = {
  article: '004',
  title: {
    en: 'The task execution role of Amazon ECS',
    ja: 'Amazon ECS タスク実行 IAM ロール',
  },
  steps: steps004,
  refusals: [...quiet(foundation004), ...refusals004],
  files: files004,
  region: region004,
  settings: new Map([['tasks', 'process']]),
  taken: taken004,
  takenByRefusals: takenByRefusals004,
};
