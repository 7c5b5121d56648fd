import { resultCases } from '../generators/cases-parse.js';
import { testAgreement } from '../harness/agree.js';

testAgreement({ title: 'results are parsed and converted alike', cases: resultCases, percent: 18 });
