/** `sekisho tour 001`. */
import { testTour } from './tour.harness.ts';

testTour('001', {
  steps: /terraform -chdir=corrected apply|aws iam create-instance-profile/,
  refusals: 'アイデンティティベースのポリシー',
  refusalsLanguage: 'ja',
});
