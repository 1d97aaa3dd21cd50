// Linear memory: areas of fixed size first, then the request, as far as memory was grown.

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

/** Behind all areas: where the request goes. */
export function inputStart(): usize {
  return top;
}
