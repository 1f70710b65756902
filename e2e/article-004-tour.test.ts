/** `sekisho tour 004`. */
import { testTour } from './tour.harness.ts';

testTour('004', {
  refusals: 'Condition StringEquals aws:sourceVpce does not match',
  refusalsLanguage: 'en',
});
