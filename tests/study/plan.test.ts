import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { checkPlan, planStudy } from '../../src/study/plan.ts';
import { Toy } from '../train/toy.ts';

let toy: Toy;
beforeAll(() => {
  toy = new Toy();
});
afterAll(() => toy.remove());

const grids = { g: { axes: { 'model.dropout': [0, 0.1] } } };
const plan = (path: string) => planStudy(path, `${toy.dir}/none`);

describe('a study is planned anew', () => {
  const changing = () => {
    toy.write('part.yaml', stringify(toy.config()));
    toy.write('base.yaml', 'include: part.yaml\n');
    const path = toy.write('study.yaml', stringify({ base: 'base.yaml', grids }));
    return { path, check: checkPlan(plan(path), path) };
  };

  it('where what it says has changed, also in a file that its base includes', () => {
    const { path, check } = changing();
    check();
    toy.write('part.yaml', stringify(toy.config({ model: { dFf: 24 } })));
    expect(check).toThrow(`${path}: what it says has changed since the study began; start it again`);
    toy.write('part.yaml', stringify(toy.config()));
    check();
  });

  it('and goes on where its runs are the same', () => {
    const { check } = changing();
    toy.write('study.yaml', stringify({ title: 'Other', base: 'base.yaml', grids }));
    check();
    toy.write('study.yaml', stringify({ base: 'base.yaml', grids, seeds: 2 }));
    expect(check).toThrow('start it again');
  });
});
