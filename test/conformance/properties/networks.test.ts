import { networkCases } from '../generators/cases-verbs.js';
import { testAgreement } from '../harness/agree.js';

testAgreement({ title: 'networks are asked alike', cases: networkCases, percent: 10 });
