import { folderCases } from '../generators/cases-folder.js';
import { testAgreement } from '../harness/agree.js';

testAgreement({ title: 'folders are loaded alike', cases: folderCases, percent: 10 });
