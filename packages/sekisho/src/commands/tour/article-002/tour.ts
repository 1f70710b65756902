/** The tour of article 002: instance profiles by the AWS CLI. */
import { quiet, type Tour } from '../step.ts';
import { articleFiles } from './documents.ts';
import { refusals002, takenByRefusals002 } from './refusals.ts';
import { foundation002, steps002, taken002 } from './steps.ts';

/** Article 002. */
export const tour002: Tour = {
  article: '002',
  title: {
    en: 'IAM roles, IAM policies and instance profiles with the AWS CLI',
    ja: 'CLI による IAM ロール、IAM ポリシー、インスタンスプロファイルの作成',
  },
  steps: steps002,
  refusals: [...quiet(foundation002), ...refusals002],
  files: articleFiles,
  taken: taken002,
  takenByRefusals: takenByRefusals002,
};
