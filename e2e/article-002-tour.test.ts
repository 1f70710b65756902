/** `sekisho tour 002`. */
import { testTour } from './tour.harness.ts';

testTour('002', { refusals: 'アイデンティティベースのポリシー', refusalsLanguage: 'ja' });
