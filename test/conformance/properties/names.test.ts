import { nameCases } from '../generators/cases-names.js';
import { testAgreement } from '../harness/agree.js';

testAgreement({
  title: 'names, versions, arguments and plugins are judged alike',
  cases: nameCases,
  percent: 11,
});
