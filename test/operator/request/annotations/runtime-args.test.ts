import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type RuntimeArgs,
  runtimeArgsFromLabels,
} from '../../../../src/operator/request/annotations/index.js';

const labels = {
  'io.kubernetes.pod.uid': 'uid-1',
  'io.kubernetes.pod.name': 'web',
  'io.kubernetes.pod.namespace': 'shop',
  app: 'web',
};
const prefix = 'extension.network.kubernetes.io/cniargs/';

describe('runtime arguments', () => {
  it('tell of the pod in the order of Kubernetes', () => {
    expect(runtimeArgsFromLabels({ sandboxId: 'abc', labels })).toEqual({
      args: [
        ['IgnoreUnknown', '1'],
        ['K8S_POD_NAMESPACE', 'shop'],
        ['K8S_POD_NAME', 'web'],
        ['K8S_POD_INFRA_CONTAINER_ID', 'abc'],
        ['K8S_POD_UID', 'uid-1'],
      ],
      warnings: [],
    });
    expectTypeOf(runtimeArgsFromLabels).returns.toEqualTypeOf<RuntimeArgs>();
  });

  it('do not tell what the labels do not', () => {
    expect(
      runtimeArgsFromLabels({ sandboxId: 'abc', labels: { 'io.kubernetes.pod.name': '' } }).args,
    ).toEqual([
      ['IgnoreUnknown', '1'],
      ['K8S_POD_INFRA_CONTAINER_ID', 'abc'],
    ]);
  });

  it('end with those of annotations, in order of their keys', () => {
    const annotations = {
      [`${prefix}b`]: 'TENANT=blue',
      [`${prefix}a`]: 'ZONE=',
      'extension.network.kubernetes.io/cni': 'a=b',
      'extension.network.kubernetes.io/cniargs': 'NOT=me',
      other: 'NOT=me',
    };
    const { args, warnings } = runtimeArgsFromLabels({ sandboxId: 'abc', annotations });
    expect(args.slice(2)).toEqual([
      ['CNI_MUTLINET_EXTENSION', 'a=b'],
      ['ZONE', ''],
      ['TENANT', 'blue'],
    ]);
    expect(warnings).toEqual([]);
  });

  it.each(['novalue', 'a=b=c', '=b', 'a=b;c', 'a;b=c', 'a=b\0', '', 'IgnoreUnknown=0', 'K8S_POD_NAME=evil'])(
    'ignore the annotation %j with a warning',
    (text) => {
      const annotations = { [`${prefix}x`]: text };
      const { args, warnings } = runtimeArgsFromLabels({ sandboxId: 'abc', labels, annotations });
      expect(args).toHaveLength(5);
      expect(warnings).toEqual([expect.stringContaining(`${prefix}x`)]);
    },
  );

  it('take the first of two arguments of one name', () => {
    const annotations = { [`${prefix}2`]: 'A=2', [`${prefix}1`]: 'A=1' };
    const { args, warnings } = runtimeArgsFromLabels({ sandboxId: 'abc', annotations });
    expect(args).toContainEqual(['A', '1']);
    expect(warnings).toEqual([expect.stringContaining(`${prefix}2`)]);
  });

  it('ignore an extension that CNI_ARGS cannot hold', () => {
    const annotations = { 'extension.network.kubernetes.io/cni': 'a;b' };
    const { args, warnings } = runtimeArgsFromLabels({ sandboxId: 'abc', annotations });
    expect([args.length, warnings.length]).toEqual([2, 1]);
  });

  it('leave inherited names alone', () => {
    const inherited = Object.create({ 'io.kubernetes.pod.name': 'evil' });
    expect(runtimeArgsFromLabels({ sandboxId: 'abc', labels: inherited }).args).toHaveLength(2);
  });
});
