import { gcCases } from '../generators/cases-gc.js';
import { testAgreement } from '../harness/agree.js';

testAgreement({ title: 'garbage is collected alike', cases: gcCases, percent: 8 });
