import { attachmentCases } from '../generators/cases-verbs.js';
import { testAgreement } from '../harness/agree.js';

testAgreement({ title: 'attachments live alike', cases: attachmentCases, percent: 8 });
