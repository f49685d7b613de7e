import { describe, expect, it } from 'vitest';
import { chooseTokenizer, doubtTokenizer } from '../../src/metrics/language.ts';
import type { TokenizerName } from '../../src/metrics/tokenizers.ts';

describe("BLEU's tokenizer for a language", () => {
  it.each<[TokenizerName, string]>([
    ['zh', 'zh zh-cn zh-TW zh_Hant chi zho yue'],
    ['char', 'ja ja-JP jpn th tha lo km my bo dz'],
    ['13a', 'ko ko-KR en en-US de fr cs ru ar hi vi is ger pt_BR x'],
  ])('%s: %s', (tokenize, codes) => {
    for (const code of codes.split(' ')) {
      expect([code, chooseTokenizer(code).tokenize]).toEqual([code, tokenize]);
    }
  });

  it.each([
    [
      'ja',
      /^BLEU of ja is computed with the tokenizer char: sacreBLEU's own choice, ja-mecab, needs a dictionary/,
    ],
    [
      'ko-KR',
      /^BLEU of ko is computed with the tokenizer 13a: sacreBLEU's own choice, ko-mecab, needs a dictionary/,
    ],
    ['th', /^BLEU of th, .*over characters \(the tokenizer char\); sacreBLEU would take 13a unless told$/],
    ['dz', /^BLEU of dz, /],
  ])('%s is told to be another than sacreBLEU has', (code, doubt) => {
    expect(chooseTokenizer(code).doubt).toMatch(doubt);
  });

  it('otherwise there is nothing to doubt', () => {
    for (const code of ['zh', 'yue', 'en', 'de', 'x', ''])
      expect(chooseTokenizer(code).doubt).toBeUndefined();
  });
});

describe('a doubtful choice for a text', () => {
  const chinese = ['这是一个很好的例子，我们都很喜欢它。', '今天的天气非常好，所以我们去公园散步。'];
  const japanese = [
    'これはとても良い例です。私たちは皆それが好きです。',
    'カタカナだけのテキストもここにあります。',
  ];
  const thai = ['นี่เป็นตัวอย่างที่ดีมากสำหรับพวกเราทุกคน', 'วันนี้อากาศดีมากเราจึงไปเดินเล่นในสวน'];
  const english = ['This is a fine example.', 'We all like it very much, do we not?'];
  const segmented = ['这 是 一个 很 好 的 例子 ， 我们 都 很 喜欢 它 。', '今天 的 天气 非常 好 。'];

  it.each(['13a', 'intl', 'none'] as const)('%s', (tokenize) => {
    const complaint = `the references are written without spaces between words, and BLEU's tokenizer ${tokenize} takes whole clauses for words`;
    for (const lines of [chinese, japanese, thai]) expect(doubtTokenizer(tokenize, lines)).toBe(complaint);
    for (const lines of [english, segmented, [], [''], ['123 , 45'], [undefined]]) {
      expect(doubtTokenizer(tokenize, lines)).toBeUndefined();
    }
  });

  it.each(['char', 'zh'] as const)('%s is none', (tokenize) => {
    for (const lines of [chinese, japanese, thai]) expect(doubtTokenizer(tokenize, lines)).toBeUndefined();
  });

  it('Korean has spaces', () => {
    expect(
      doubtTokenizer('13a', ['이것은 아주 좋은 예입니다.', '오늘은 날씨가 좋아서 공원에 갔습니다.']),
    ).toBeUndefined();
  });

  it('in mixed text the larger part counts', () => {
    const name = '王小明';
    expect(
      doubtTokenizer(
        '13a',
        english.map((line) => `${line} ${name}`),
      ),
    ).toBeUndefined();
    expect(
      doubtTokenizer(
        '13a',
        chinese.map((line) => `${line}OK`),
      ),
    ).toBeDefined();
    expect(doubtTokenizer('13a', [...chinese, ...chinese, '', undefined, english[0]!])).toBeDefined();
  });

  it('single words of such a script are no clauses', () => {
    expect(doubtTokenizer('13a', ['你好', '谢谢', '再见'])).toBeUndefined();
  });

  it('looks at the first thousand lines', () => {
    const many = Array.from({ length: 1000 }, () => english[0]!);
    const more = Array.from({ length: 5000 }, () => chinese[0]!);
    expect(doubtTokenizer('13a', [...many, ...more])).toBeUndefined();
    expect(doubtTokenizer('13a', [...more, ...many])).toBeDefined();
  });
});
