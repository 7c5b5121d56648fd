import { parseCases } from '../generators/cases-parse.js';
import { testAgreement } from '../harness/agree.js';

testAgreement({ title: 'configurations are parsed alike', cases: parseCases, percent: 18 });
