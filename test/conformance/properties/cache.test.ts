import { cacheCases } from '../generators/cases-cache.js';
import { testAgreement } from '../harness/agree.js';

testAgreement({ title: 'a cache is read alike', cases: cacheCases, percent: 10 });
