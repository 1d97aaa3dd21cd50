// Linear memory is laid out once, when the module starts, in areas of fixed size: what does not fit ends the block early.
// Pages that are not used cost nothing but addresses.

/** Where the compiler's own data ends. */
let top: usize = (__heap_base + 63) & ~63;

/** Zeroed. Only called while the module starts. */
export function area(bytes: usize): usize {
  const at = top;
  top = (top + bytes + 63) & ~63;
  const pages = <i32>((top + 0xffff) >> 16);
  const have = memory.size();
  if (have < pages) memory.grow(pages - have);
  return at;
}

/** Rows a block; src/store/writer/items.ts, BLOCK_ROWS_MAX. */
export const ROWS: usize = 32768;

/** A whole request, unless it is larger: then a piece of it. Reads may run past its end by a few bytes before they are
 * noticed. */
export const INPUT_BYTES: usize = 4 << 20;
export const input = area(INPUT_BYTES + 64);

/** Larger items are left to the caller. */
export const ITEM_BYTES_MAX: u32 = 64 << 10;

/** No buffer of variable length takes more than this many bytes for each byte of an item (a link of 2 bytes has a trace
 * id of 16; a control character in JSON takes 6). */
export const GROWTH: usize = 8;
/** And for the item as a whole. */
export const GROWTH_FIXED: usize = 64;
