import { unpackCaseRuns } from './unpack.ts';

/**
 * Python's simple lower-case mapping, Unicode 14.0.0 (Modules/_sre: sre_lower_unicode): only code
 * points that change. Unlike JavaScript's `i` flag it makes U+0130 an "i".
 */
export const LOWER: ReadonlyMap<number, number> = unpackCaseRuns(
  '1t:q:1:w 3j:n:1:w o:7:1:w 14:o:2:1 1c:1:1:-5j 2:3:2:1 7:8:2:1 h:n:2:1 1a:1:1:-3d 1:3:2:1 8:1:1:5u 1:2:2:1 ' +
    '4:1:1:5q 1:1:1:1 2:2:1:5p 2:1:1:1 3:1:1:27 1:1:1:5m 1:1:1:5n 1:1:1:1 2:1:1:5p 1:1:1:5r 2:1:1:5v 1:1:1:5t ' +
    '1:1:1:1 4:1:1:5v 1:1:1:5x 2:1:1:5y 1:3:2:1 6:1:1:62 1:1:1:1 2:1:1:62 3:1:1:1 2:1:1:62 1:1:1:1 2:2:1:61 2:2:2:1 ' +
    '4:1:1:63 1:1:1:1 4:1:1:1 8:1:1:2 1:1:1:1 2:1:1:2 1:1:1:1 2:1:1:2 1:9:2:1 j:9:2:1 j:1:1:2 1:2:2:1 4:1:1:-2p ' +
    '1:1:1:-1k 1:k:2:1 14:1:1:-3m 2:9:2:1 o:1:1:8bv 1:1:1:1 2:1:1:-4j 1:1:1:8bs 3:1:1:1 2:1:1:-5f 1:1:1:1x 1:1:1:1z ' +
    '1:5:2:1 8a:2:2:1 6:1:1:1 9:1:1:38 7:1:1:12 2:3:1:11 4:1:1:1s 2:2:1:1r 3:h:1:w i:9:1:w 18:1:1:8 9:c:2:1 ' +
    's:1:1:-1o 3:1:1:1 2:1:1:-7 1:1:1:1 3:3:1:-3m 3:g:1:28 g:w:1:w 28:h:2:1 16:r:2:1 1i:1:1:f 1:7:2:1 f:1c:2:1 ' +
    '2p:12:1:1c 29b:12:1:5ls 13:1:1:5ls 6:1:1:5ls k3:28:1:tzk 28:6:1:8 1pc:17:1:-2bk 19:3:1:-2bk 8z:23:2:1 ' +
    '4e:1:1:-5vj 2:1c:2:1 2w:8:1:-8 g:6:1:-8 g:8:1:-8 g:8:1:-8 g:6:1:-8 h:4:2:-8 f:8:1:-8 w:8:1:-8 g:8:1:-8 ' +
    'g:8:1:-8 g:2:1:-8 2:2:1:-22 2:1:1:-9 c:4:1:-2e 4:1:1:-9 c:2:1:-8 2:2:1:-2s e:2:1:-8 2:2:1:-34 2:1:1:-7 ' +
    'c:2:1:-3k 2:2:1:-3i 2:1:1:-9 8a:1:1:-5st 4:1:1:-6gv 1:1:1:-6di 7:1:1:s 1a:g:1:g z:1:1:1 mr:q:1:q 1fu:1c:1:1c ' +
    '2o:1:1:1 2:1:1:-8af 1:1:1:-2xy 1:1:1:-89z 3:3:2:1 6:1:1:-8bg 1:1:1:-8al 1:1:1:-8bj 1:1:1:-8bi 2:1:1:1 3:1:1:1 ' +
    '9:2:1:-8cf 2:1e:2:1 2z:2:2:1 7:1:1:1 nym:n:2:1 1s:e:2:1 4i:7:2:1 g:v:2:1 1z:2:2:1 4:1:1:-r9g 1:5:2:1 d:1:1:1 ' +
    '2:1:1:-wmg 3:2:2:1 6:a:2:1 k:1:1:-wn8 1:1:1:-wnj 1:1:1:-wnf 1:1:1:-wn5 1:1:1:-wn8 2:1:1:-wlu 1:1:1:-wmi ' +
    '1:1:1:-wlx 1:1:1:ps 1:8:2:1 g:1:1:-1c 1:1:1:-wn7 1:1:1:-raw 1:2:2:1 9:1:1:1 6:2:2:1 v:1:1:1 h7w:q:1:w ' +
    'yn:14:1:14 4w:10:1:14 5c:b:1:13 c:f:1:13 g:7:1:13 8:2:1:13 1d8:1f:1:1s 2e8:w:1:w gww:w:1:w o8w:y:1:y',
);

/**
 * Different lower-case characters with one upper case, which Python's IGNORECASE takes as equal:
 * `i` and dotless `i`, `s` and long `s`, … (Lib/re/_compiler.py: _compile).
 */
export const SAME_UPPER_CASE: readonly (readonly number[])[] = (
  '69/131 73/17f b5/3bc 345/3b9/1fbe 390/1fd3 3b0/1fe3 3b2/3d0 3b5/3f5 3b8/3d1 3ba/3f0 3c0/3d6 3c1/3f1 3c2/3c3 ' +
  '3c6/3d5 432/1c80 434/1c81 43e/1c82 441/1c83 442/1c84/1c85 44a/1c86 463/1c87 1c88/a64b 1e61/1e9b fb05/fb06'
)
  .split(' ')
  .map((group) => group.split('/').map((codePoint) => Number.parseInt(codePoint, 16)));
