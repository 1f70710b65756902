/** `sekisho tour 000`. */
import { testTour } from './tour.harness.ts';

testTour('000', { refusals: 'アイデンティティベースのポリシー', refusalsLanguage: 'ja' });
