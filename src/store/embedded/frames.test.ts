import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FrameReader, frameHeader, type Frame } from './frames.ts';

const encode = (frames: readonly Frame[]): Buffer =>
  Buffer.concat(frames.flatMap(({ id, kind, body }) => [frameHeader(id, kind, body.length), body]));

const frame = fc.record({
  id: fc.nat(0xffff_ffff),
  kind: fc.nat(255),
  body: fc.uint8Array({ maxLength: 40 }),
});

it('gives back what was written, however the bytes arrive', () => {
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
      (frames, cuts) => {
        const bytes = encode(frames);
        const reader = new FrameReader();
        const read: Frame[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const next = at + (cuts[turn % cuts.length] ?? 1);
          for (const got of reader.push(bytes.subarray(at, next))) {
            read.push({ ...got, body: Uint8Array.from(got.body) });
          }
          at = next;
        }
        expect(read).toEqual(frames);
      },
    ),
  );
});

it('refuses a length that no peer of ours writes', () => {
  const header = frameHeader(1, 1, 0);
  header.fill(0xff, 5);
  expect(() => [...new FrameReader().push(header)]).toThrow('a frame of 4294967295 bytes');
});
