import { join } from 'node:path';
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

describe('grids with bases of their own', () => {
  const write = (study: object) => toy.write('bases.yaml', stringify(study));

  it('are planned over them', () => {
    toy.write('a.yaml', stringify(toy.config()));
    toy.write('b.yaml', stringify(toy.config({ model: { dFf: 24 } })));
    const { grids, runs } = plan(write({ base: 'a.yaml', grids: { one: {}, two: { base: 'b.yaml' } } }));
    expect(runs.map(({ base }) => base)).toEqual(['a.yaml', 'b.yaml'].map((name) => join(toy.dir, name)));
    expect(grids.map(({ arms }) => arms[0]!.runs[0])).toEqual(runs);
    expect(runs.map(({ name }) => name.replace(/\..*/, ''))).toEqual(['one-seed1', 'two-seed1']);
  });

  it('are planned anew where one of them changes', () => {
    toy.write('b.yaml', stringify(toy.config()));
    const path = write({ grids: { two: { base: 'b.yaml' } } });
    const check = checkPlan(plan(path), path);
    toy.write('b.yaml', stringify(toy.config({ model: { dFf: 24 } })));
    expect(check).toThrow('start it again');
  });

  it('need one, theirs or the study’s', () => {
    expect(() => plan(write({ grids: { one: { base: 'a.yaml' }, two: {} } }))).toThrow(
      /bases\.yaml:\d+:\d+: grids\.two: has no base: give it one, or the study/,
    );
    expect(() => plan(write({ grids: { one: { base: 'none.yaml' } } }))).toThrow(
      /bases\.yaml: grids\.one\.base: "none\.yaml": no such file/,
    );
  });
});
