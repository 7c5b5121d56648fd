import { injectCases } from '../generators/cases-parse.js';
import { testAgreement } from '../harness/agree.js';

testAgreement({ title: 'values are injected alike', cases: injectCases, percent: 7 });
